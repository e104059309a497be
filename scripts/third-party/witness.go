package main

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const mostBytes = 64 * 1024

// foreignWitness is c2sp.org/tlog-witness. What it has seen ends with it.
type foreignWitness struct {
	key  cosigner
	logs map[string]note.Verifier

	lock sync.Mutex
	seen map[string]tlog.Tree
}

type witnessAnswer struct {
	status int
	body   string
}

// serveWitness says its verifier key and its submission prefix, then a line for each question. It ends with its input,
// so that it does not outlive whoever started it.
func serveWitness(name string, vkeys []string) error {
	key, err := newCosigner(name)
	if err != nil {
		return err
	}
	witness := &foreignWitness{key: key, logs: map[string]note.Verifier{}, seen: map[string]tlog.Tree{}}
	for _, vkey := range vkeys {
		log, err := note.NewVerifier(vkey)
		if err != nil {
			return err
		}
		witness.logs[log.Name()] = log
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Printf("%s\nhttp://%s/foreign\n", key.vkey(), listener.Addr())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	handler := http.NewServeMux()
	handler.HandleFunc("POST /foreign/add-checkpoint", witness.serve)
	return http.Serve(listener, handler)
}

func (witness *foreignWitness) serve(reply http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(reply, request.Body, mostBytes))
	answer, origin := witnessAnswer{status: http.StatusBadRequest}, ""
	if err == nil {
		answer, origin = witness.add(string(body))
	}
	fmt.Println(answer.status, origin)
	if answer.status == http.StatusConflict {
		reply.Header().Set("Content-Type", "text/x.tlog.size")
	}
	reply.WriteHeader(answer.status)
	_, _ = io.WriteString(reply, answer.body)
}

// add cosigns a checkpoint only as the continuation of the last. The second result is the log's origin, where there is one.
func (witness *foreignWitness) add(body string) (witnessAnswer, string) {
	malformed := witnessAnswer{status: http.StatusBadRequest}
	old, proof, message, err := parseQuestion(body)
	if err != nil {
		return malformed, ""
	}
	text, _, found := strings.Cut(message, "\n\n")
	if !found {
		return malformed, ""
	}
	origin, tree, err := parseCheckpoint(text + "\n")
	if err != nil {
		return malformed, ""
	}
	log := witness.logs[origin]
	if log == nil {
		return witnessAnswer{status: http.StatusNotFound}, origin
	}
	opened, err := note.Open([]byte(message), note.VerifierList(log))
	if err != nil {
		return witnessAnswer{status: http.StatusForbidden}, origin
	}
	if old > tree.N {
		return malformed, origin
	}
	witness.lock.Lock()
	defer witness.lock.Unlock()
	last := witness.seen[origin]
	if old != last.N || tree.N == last.N && last.N > 0 && tree.Hash != last.Hash {
		return witnessAnswer{http.StatusConflict, fmt.Sprintf("%d\n", last.N)}, origin
	}
	if err := checkConsistency(proof, tree, last); err != nil {
		return witnessAnswer{status: http.StatusUnprocessableEntity}, origin
	}
	witness.seen[origin] = tree
	return witnessAnswer{http.StatusOK, witness.key.line(opened.Text, time.Now())}, origin
}

func parseQuestion(body string) (old int64, proof tlog.TreeProof, message string, err error) {
	head, message, found := strings.Cut(body, "\n\n")
	lines := strings.Split(head, "\n")
	size, isOld := strings.CutPrefix(lines[0], "old ")
	if old, err = strconv.ParseInt(size, 10, 64); err != nil {
		return 0, nil, "", err
	}
	if !found || !isOld || old < 0 || strconv.FormatInt(old, 10) != size || len(lines) > 64 {
		return 0, nil, "", errors.New("the question is malformed")
	}
	for _, line := range lines[1:] {
		hash, err := base64.StdEncoding.DecodeString(line)
		if err != nil || len(hash) != tlog.HashSize {
			return 0, nil, "", errors.New("a hash of the proof is malformed")
		}
		proof = append(proof, tlog.Hash(hash))
	}
	return old, proof, message, nil
}

// checkConsistency is tlog.CheckTree, which knows no empty tree.
func checkConsistency(proof tlog.TreeProof, tree, old tlog.Tree) error {
	if old.N > 0 {
		return tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash)
	}
	if len(proof) > 0 {
		return errors.New("nothing is to be proven")
	}
	return nil
}
