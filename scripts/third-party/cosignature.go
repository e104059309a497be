package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// Of c2sp.org/signed-note: Ed25519 by a witness, with a time.
const algCosignature = 0x04

const timeSize = 8

// cosignatureMessage is what c2sp.org/tlog-cosignature has a witness sign: the text of the note, and when.
func cosignatureMessage(text []byte, seconds uint64) []byte {
	return append(fmt.Appendf(nil, "cosignature/v1\ntime %d\n", seconds), text...)
}

func keyHash(name string, key []byte) uint32 {
	hash := sha256.Sum256(append([]byte(name+"\n"), key...))
	return binary.BigEndian.Uint32(hash[:])
}

// cosignatureVerifier lets package note, which knows signatures of logs alone, verify those of a witness.
type cosignatureVerifier struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func newCosignatureVerifier(vkey string) (note.Verifier, error) {
	name, rest, _ := strings.Cut(vkey, "+")
	hash, key64, _ := strings.Cut(rest, "+")
	key, err := base64.StdEncoding.DecodeString(key64)
	if err != nil || len(key) != 1+ed25519.PublicKeySize || key[0] != algCosignature {
		return nil, errors.New("that is no verifier key of a witness")
	}
	if fmt.Sprintf("%08x", keyHash(name, key)) != hash {
		return nil, errors.New("the hash of the witness's key is another")
	}
	return cosignatureVerifier{name: name, hash: keyHash(name, key), key: key[1:]}, nil
}

func (witness cosignatureVerifier) Name() string { return witness.name }

func (witness cosignatureVerifier) KeyHash() uint32 { return witness.hash }

func (witness cosignatureVerifier) Verify(text, signature []byte) bool {
	if len(signature) != timeSize+ed25519.SignatureSize {
		return false
	}
	message := cosignatureMessage(text, binary.BigEndian.Uint64(signature))
	return ed25519.Verify(witness.key, message, signature[timeSize:])
}

// cosigner is a witness's key.
type cosigner struct {
	name string
	key  ed25519.PrivateKey
}

func newCosigner(name string) (cosigner, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	return cosigner{name: name, key: key}, err
}

func (witness cosigner) publicKey() []byte {
	return append([]byte{algCosignature}, witness.key.Public().(ed25519.PublicKey)...)
}

func (witness cosigner) vkey() string {
	key := witness.publicKey()
	return fmt.Sprintf("%s+%08x+%s", witness.name, keyHash(witness.name, key), base64.StdEncoding.EncodeToString(key))
}

// line is the cosignature as it stands in a note.
func (witness cosigner) line(text string, at time.Time) string {
	seconds := uint64(at.Unix())
	data := binary.BigEndian.AppendUint32(nil, keyHash(witness.name, witness.publicKey()))
	data = binary.BigEndian.AppendUint64(data, seconds)
	data = append(data, ed25519.Sign(witness.key, cosignatureMessage([]byte(text), seconds))...)
	return fmt.Sprintf("— %s %s\n", witness.name, base64.StdEncoding.EncodeToString(data))
}
