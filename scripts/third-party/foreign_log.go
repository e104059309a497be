package main

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// foreignLog is a log in memory that has nothing to do with Sluice. What fails in it is a mistake of this program.
type foreignLog struct {
	signer note.Signer
	hashes []tlog.Hash
}

// newForeignLog makes one of so many entries, which begin alike.
func newForeignLog(signer note.Signer, entry string, size int64) *foreignLog {
	log := &foreignLog{signer: signer}
	for n := range size {
		log.hashes = append(log.hashes, must(tlog.StoredHashes(n, fmt.Appendf(nil, "%s %d", entry, n), log))...)
	}
	return log
}

// ReadHashes makes it a tlog.HashReader.
func (log *foreignLog) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		hashes[i] = log.hashes[index]
	}
	return hashes, nil
}

func (log *foreignLog) checkpoint(size int64, extensions ...string) string {
	lines := []string{log.signer.Name(), fmt.Sprint(size), must(tlog.TreeHash(size, log)).String()}
	text := strings.Join(append(lines, extensions...), "\n") + "\n"
	return string(must(note.Sign(&note.Note{Text: text}, log.signer)))
}

func (log *foreignLog) prove(old, size int64) tlog.TreeProof {
	return must(tlog.ProveTree(size, old, log))
}

func mustSigner(name string) note.Signer {
	skey, _, err := note.GenerateKey(rand.Reader, name)
	return must(note.NewSigner(must(skey, err)))
}

// flipSignature flips a bit behind the key's hash.
func flipSignature(line string) string {
	at := strings.LastIndex(line, " ") + 1
	data := must(base64.StdEncoding.DecodeString(strings.TrimSpace(line[at:])))
	data[20] ^= 1
	return line[:at] + base64.StdEncoding.EncodeToString(data) + "\n"
}

// must ends the program where it is wrong itself.
func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
