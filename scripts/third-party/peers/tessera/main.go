// Command tessera loads a Tessera log: its POSIX storage in this process, or its server over HTTP. It prints how many
// entries were sequenced and durable, after how many seconds.
//
//	tessera -folder NEW [-batch N]
//	tessera -url http://HOST:PORT/
//	tessera -new-key FILE
package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/storage/posix"
	"golang.org/x/mod/sumdb/note"

	"sluice.example/third-party/peers/load"
)

func main() {
	folder := flag.String("folder", "", "keep a log there, in this process")
	batch := flag.Uint("batch", tessera.DefaultBatchMaxSize, "entries that are sequenced together")
	url := flag.String("url", "", "add to the log that is served there")
	newKey := flag.String("new-key", "", "only write a signing key")
	seconds := flag.Float64("seconds", 10, "of load")
	size := flag.Int("bytes", 400, "of an entry")
	writers := flag.Int("writers", 512, "at once")
	flag.Parse()
	length := time.Duration(*seconds * float64(time.Second))
	var err error
	switch {
	case *newKey != "":
		err = os.WriteFile(*newKey, []byte(newSigner()), 0o600)
	case *url != "":
		load.Print(load.Run(*writers, *size, length, overHTTP(*url, *writers)))
	case *folder != "":
		err = inProcess(*folder, *batch, *writers, *size, length)
	default:
		err = fmt.Errorf("give -folder or -url")
	}
	if err != nil {
		load.Fail(err)
	}
}

func newSigner() string {
	signer, _, err := note.GenerateKey(rand.Reader, "peer.localhost")
	if err != nil {
		load.Fail(err)
	}
	return signer
}

// The index of an entry is given once it is durably sequenced, and so it is with the server's answer.
func inProcess(folder string, batch uint, writers, size int, length time.Duration) error {
	ctx := context.Background()
	signer, err := note.NewSigner(newSigner())
	if err != nil {
		return err
	}
	driver, err := posix.New(ctx, posix.Config{Path: folder})
	if err != nil {
		return err
	}
	options := tessera.NewAppendOptions().
		WithCheckpointSigner(signer).
		WithCheckpointInterval(time.Second).
		WithBatching(batch, tessera.DefaultBatchMaxAge)
	appender, shutdown, _, err := tessera.NewAppender(ctx, driver, options)
	if err != nil {
		return err
	}
	load.Print(load.Run(writers, size, length, func(_ int, entry []byte) error {
		_, err := appender.Add(ctx, tessera.NewEntry(entry))()
		return err
	}))
	return shutdown(ctx)
}

func overHTTP(url string, writers int) func(int, []byte) error {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: writers}}
	return func(_ int, entry []byte) error {
		response, err := client.Post(url+"add", "application/octet-stream", bytes.NewReader(entry))
		if err != nil {
			return err
		}
		defer func() { _ = response.Body.Close() }()
		if _, err := io.Copy(io.Discard, response.Body); err != nil {
			return err
		}
		if response.StatusCode != http.StatusOK {
			return fmt.Errorf("status %d", response.StatusCode)
		}
		return nil
	}
}
