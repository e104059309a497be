package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	formats "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// trust is whom to believe about a log, and how many of the witnesses must have cosigned, each counted once.
type trust struct {
	log       note.Verifier
	witnesses []note.Verifier
	quorum    int
}

// readTrust takes the cosignatures' code from transparency-dev/formats if it is told so, and from this program otherwise.
func readTrust(vkey, witnesses string, quorum int, byFormats bool) (trust, error) {
	log, err := note.NewVerifier(vkey)
	if err != nil || witnesses == "" {
		return trust{log: log, quorum: quorum}, err
	}
	text, err := os.ReadFile(witnesses)
	if err != nil {
		return trust{}, err
	}
	newVerifier := newCosignatureVerifier
	if byFormats {
		newVerifier = formats.NewVerifierForCosignatureV1
	}
	trusted := trust{log: log, quorum: quorum}
	for line := range strings.Lines(string(text)) {
		witness, err := newVerifier(strings.TrimSpace(line))
		if err != nil {
			return trust{}, err
		}
		trusted.witnesses = append(trusted.witnesses, witness)
	}
	return trusted, nil
}

// openCheckpoint is c2sp.org/tlog-checkpoint without extension lines, signed by the log and cosigned by the quorum. A wrong
// signature of any of them refutes it.
func openCheckpoint(trusted trust, message []byte) (tlog.Tree, error) {
	verifiers := append([]note.Verifier{trusted.log}, trusted.witnesses...)
	opened, err := note.Open(message, note.VerifierList(verifiers...))
	if err != nil {
		return tlog.Tree{}, err
	}
	isSigned, cosigned := false, map[string]bool{}
	for _, signature := range opened.Sigs {
		if signature.Name == trusted.log.Name() && signature.Hash == trusted.log.KeyHash() {
			isSigned = true
		} else {
			cosigned[signature.Name] = true
		}
	}
	if !isSigned {
		return tlog.Tree{}, errors.New("the log did not sign the checkpoint")
	}
	if len(cosigned) < trusted.quorum {
		return tlog.Tree{}, fmt.Errorf("%d witnesses cosigned, and %d must have", len(cosigned), trusted.quorum)
	}
	origin, tree, err := parseCheckpoint(opened.Text)
	if err == nil && origin != trusted.log.Name() {
		err = fmt.Errorf("the checkpoint is of %s", origin)
	}
	if err == nil && strings.Count(opened.Text, "\n") != 3 {
		err = errors.New("the checkpoint has not three lines")
	}
	return tree, err
}

// parseCheckpoint reads the text of a note. What follows its first three lines is for others to know.
func parseCheckpoint(text string) (string, tlog.Tree, error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 || lines[0] == "" {
		return "", tlog.Tree{}, errors.New("the checkpoint has not three lines")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return "", tlog.Tree{}, errors.New("the size is malformed")
	}
	hash, err := tlog.ParseHash(lines[2])
	return lines[0], tlog.Tree{N: size, Hash: hash}, err
}

func verifyCheckpoint(trusted trust, file string) error {
	message, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	tree, err := openCheckpoint(trusted, message)
	if err == nil {
		fmt.Printf("accepted: %d entries, root %s\n", tree.N, tree.Hash)
	}
	return err
}
