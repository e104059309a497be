package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// question is one of c2sp.org/tlog-witness, and which status the answer must have.
type question struct {
	what   string
	body   string
	status int
	// The size in the answer, where the status is 409.
	size int64
}

type answer struct {
	status int
	media  string
	body   string
}

// outcome is printed as a line of JSON.
type outcome struct {
	What string `json:"what"`
	Ok   bool   `json:"ok"`
	Said string `json:"said"`
}

// askWitness is a log that has a witness cosign its checkpoints, and asks what it may not ask besides. The log's private
// key comes as the input. Prints each outcome.
func askWitness(prefix, vkey string) error {
	input, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	signer, err := note.NewSigner(strings.TrimSpace(string(input)))
	if err != nil {
		return err
	}
	witness, err := newCosignatureVerifier(vkey)
	if err != nil {
		return err
	}
	for _, one := range questions(signer) {
		result := outcome{What: one.what}
		given, err := post(prefix, one.body)
		if err == nil {
			result.Said = given.describe()
			err = one.check(given, witness)
		}
		if result.Ok = err == nil; err != nil {
			result.Said = strings.TrimSpace(fmt.Sprintf("%v: %s", err, result.Said))
		}
		line, err := json.Marshal(result)
		if err != nil {
			return err
		}
		fmt.Println(string(line))
	}
	return nil
}

// describe leaves out whose signature it is: that is checked.
func (given answer) describe() string {
	if given.status == http.StatusOK {
		return "200"
	}
	return fmt.Sprintf("%d %s", given.status, strings.TrimSuffix(given.body, "\n"))
}

func post(prefix, body string) (answer, error) {
	reply, err := http.Post(prefix+"/add-checkpoint", "text/plain; charset=utf-8", strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	defer reply.Body.Close()
	content, err := io.ReadAll(io.LimitReader(reply.Body, mostBytes))
	return answer{status: reply.StatusCode, media: reply.Header.Get("Content-Type"), body: string(content)}, err
}

func (one question) check(given answer, witness note.Verifier) error {
	if given.status != one.status {
		return fmt.Errorf("instead of %d", one.status)
	}
	switch one.status {
	case http.StatusConflict:
		if given.media != "text/x.tlog.size" || given.body != fmt.Sprintf("%d\n", one.size) {
			return fmt.Errorf("instead of the size %d as text/x.tlog.size, as %q", one.size, given.media)
		}
	case http.StatusOK:
		_, message, _ := strings.Cut(one.body, "\n\n")
		return checkCosignature(message, given.body, witness)
	}
	return nil
}

// checkCosignature holds the answer to be one line of the witness, for this checkpoint, of now.
func checkCosignature(message, lines string, witness note.Verifier) error {
	text, _, _ := strings.Cut(message, "\n\n")
	opened, err := note.Open([]byte(text+"\n\n"+lines), note.VerifierList(witness))
	if err != nil {
		return err
	}
	if len(opened.Sigs) != 1 || strings.Count(lines, "\n") != 1 {
		return errors.New("that is not the witness's line alone")
	}
	data, err := base64.StdEncoding.DecodeString(opened.Sigs[0].Base64)
	if err != nil {
		return err
	}
	at := time.Unix(int64(binary.BigEndian.Uint64(data[4:])), 0)
	if age := time.Since(at); age > time.Minute || age < -time.Minute {
		return fmt.Errorf("it cosigned at %s", at)
	}
	return nil
}

// questions are in an order: each cosigned checkpoint is the next one's past.
func questions(signer note.Signer) []question {
	log := newForeignLog(signer, "an entry", 300)
	// Of the same origin and key, with another history.
	forked := newForeignLog(signer, "another entry", 300)
	unknown := newForeignLog(mustSigner(signer.Name()+"/unknown"), "an entry", 300)
	impostor := newForeignLog(mustSigner(signer.Name()), "an entry", 300)
	long := make(tlog.TreeProof, 64)
	wrong := log.prove(5, 300)
	wrong[len(wrong)-1][0] ^= 1
	first, grown := log.checkpoint(5), log.checkpoint(300)
	text, signature, _ := strings.Cut(grown, "\n\n")
	ask := func(what string, status int, old int64, proof tlog.TreeProof, message string) question {
		return question{what: what, status: status, size: 5, body: formatQuestion(old, proof, message)}
	}
	malformed := func(what, body string) question {
		return question{what: what, status: http.StatusBadRequest, body: body}
	}
	proof := log.prove(5, 300)
	begun := []question{
		{what: "a first checkpoint that claims a past", status: http.StatusConflict, body: formatQuestion(5, nil, grown)},
		ask("a first checkpoint with a proof of nothing", http.StatusUnprocessableEntity, 0, proof, first),
		ask("a first checkpoint", http.StatusOK, 0, nil, first),
	}
	refused := []question{
		ask("an unknown log", http.StatusNotFound, 0, nil, unknown.checkpoint(5)),
		ask("a signature that was damaged", http.StatusForbidden, 5, proof, text+"\n\n"+flipSignature(signature)),
		ask("a key that is not the log’s", http.StatusForbidden, 5, proof, impostor.checkpoint(300)),
		ask("a size that is too small", http.StatusConflict, 0, nil, grown),
		ask("a size that is too large", http.StatusConflict, 6, log.prove(6, 300), grown),
		ask("another root at the same size", http.StatusConflict, 5, nil, forked.checkpoint(5)),
		ask("another history", http.StatusUnprocessableEntity, 5, forked.prove(5, 300), forked.checkpoint(300)),
		ask("a proof with a flipped bit", http.StatusUnprocessableEntity, 5, wrong, grown),
		ask("a proof that is missing", http.StatusUnprocessableEntity, 5, nil, grown),
		ask("a proof with a hash too many", http.StatusUnprocessableEntity, 5, append(slices.Clip(proof), proof[0]), grown),
		malformed("an old size above the new one", formatQuestion(301, nil, grown)),
		malformed("a proof of 64 hashes", formatQuestion(5, long, grown)),
		malformed("an empty body", ""),
		malformed("a checkpoint alone", grown),
		malformed("an old size with a zero before it", strings.Replace(formatQuestion(5, proof, grown), "old 5", "old 05", 1)),
		malformed("an old size below nothing", strings.Replace(formatQuestion(5, proof, grown), "old 5", "old -5", 1)),
		malformed("a hash that is too short", "old 5\nAAAA\n\n"+grown),
		malformed("a hash that is no base64", "old 5\n!\n\n"+grown),
		malformed("a checkpoint without a root", formatQuestion(5, proof, strings.Join(strings.Split(text, "\n")[:2], "\n")+"\n\n"+signature)),
		malformed("a checkpoint that is cut short", formatQuestion(5, proof, text)),
	}
	continued := []question{
		ask("the checkpoint of before all this", http.StatusOK, 5, nil, first),
		ask("one that continues it", http.StatusOK, 5, proof, grown),
		ask("it again", http.StatusOK, 300, nil, grown),
		ask("it with an extension line", http.StatusOK, 300, nil, log.checkpoint(300, "extension")),
		ask("it with a signature of somebody else", http.StatusOK, 300, nil, grown+strings.TrimPrefix(impostor.checkpoint(300), text+"\n\n")),
		{what: "one that goes back", status: http.StatusConflict, size: 300, body: formatQuestion(5, nil, first)},
	}
	return slices.Concat(begun, refused, continued)
}

func formatQuestion(old int64, proof tlog.TreeProof, message string) string {
	var body bytes.Buffer
	fmt.Fprintf(&body, "old %d\n", old)
	for _, hash := range proof {
		fmt.Fprintln(&body, hash)
	}
	return body.String() + "\n" + message
}
