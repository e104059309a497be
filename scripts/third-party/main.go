// Command third-party checks what Sluice publishes, and talks with it as others do, with nothing but golang.org/x/mod: an
// implementation of notes and tiles that knows nothing of Sluice. It exits with 0 if all of it holds, and with 1 and a
// reason if not.
//
//	third-party [-witnesses FILE -quorum N] -vkey KEY [-least SIZE] log FOLDER
//	third-party [-witnesses FILE -quorum N] -vkey KEY proof FILE ENTRY
//	third-party [-witnesses FILE -quorum N] -vkey KEY checkpoint FILE
//	third-party key NAME
//	third-party ask PREFIX VKEY < KEY
//	third-party witness NAME VKEY...
package main

import (
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"os"

	"golang.org/x/mod/sumdb/note"
)

func main() {
	vkey := flag.String("vkey", "", "verifier key of the log")
	least := flag.Int64("least", 0, "entries that the log is known to have had")
	witnesses := flag.String("witnesses", "", "file of the witnesses' verifier keys, one a line")
	quorum := flag.Int("quorum", 0, "how many of the witnesses must have cosigned")
	formats := flag.Bool("formats", false, "check cosignatures by github.com/transparency-dev/formats")
	flag.Parse()
	if err := run(flag.Args(), *least, func() (trust, error) {
		return readTrust(*vkey, *witnesses, *quorum, *formats)
	}); err != nil {
		fmt.Println("refused:", err)
		os.Exit(1)
	}
}

func run(arguments []string, least int64, trusted func() (trust, error)) error {
	switch is := func(what string, count int) bool {
		return len(arguments) == 1+count && arguments[0] == what
	}; {
	case is("key", 1):
		return printKey(arguments[1])
	case is("ask", 2):
		return askWitness(arguments[1], arguments[2])
	case len(arguments) > 2 && arguments[0] == "witness":
		return serveWitness(arguments[1], arguments[2:])
	case is("log", 1), is("proof", 2), is("checkpoint", 1):
		trust, err := trusted()
		if err != nil {
			return err
		}
		switch arguments[0] {
		case "log":
			return verifyLog(trust, arguments[1], least)
		case "proof":
			return verifyProof(trust, arguments[1], arguments[2])
		default:
			return verifyCheckpoint(trust, arguments[1])
		}
	default:
		return errors.New("what is to be done?")
	}
}

// printKey makes a log's key: its private form, then the one for verifiers.
func printKey(name string) error {
	skey, vkey, err := note.GenerateKey(rand.Reader, name)
	if err == nil {
		fmt.Printf("%s\n%s\n", skey, vkey)
	}
	return err
}
