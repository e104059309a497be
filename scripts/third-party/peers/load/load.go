// Package load keeps a peer busy with as many writers as it is asked for, and counts what it took.
package load

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// Result is printed as a line of JSON.
type Result struct {
	Entries int64   `json:"entries"`
	Refused int64   `json:"refused"`
	Seconds float64 `json:"seconds"`
}

// Run has each writer write one unique entry after the other until the time is over. write returns nil once the entry
// is sequenced and durable; what it refuses is counted apart. The clock stops when the last write has returned.
func Run(writers, bytes int, length time.Duration, write func(writer int, entry []byte) error) Result {
	var taken, refused atomic.Int64
	var group sync.WaitGroup
	var first sync.Once
	start := time.Now()
	for writer := range writers {
		group.Add(1)
		go func() {
			defer group.Done()
			for time.Since(start) < length {
				if err := write(writer, entry(bytes)); err != nil {
					refused.Add(1)
					first.Do(func() { fmt.Fprintln(os.Stderr, "refused:", err) })
				} else {
					taken.Add(1)
				}
			}
		}()
	}
	group.Wait()
	return Result{taken.Load(), refused.Load(), time.Since(start).Seconds()}
}

// Print gives the result to whoever started this program.
func Print(result Result) {
	if err := json.NewEncoder(os.Stdout).Encode(result); err != nil {
		Fail(err)
	}
}

// Fail ends the program with status 1.
func Fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// Sixteen random bytes make it unique, the rest is filler.
func entry(bytes int) []byte {
	made := make([]byte, bytes)
	_, _ = rand.Read(made[:16])
	for at := 16; at < bytes; at++ {
		made[at] = 'a' + byte(at%26)
	}
	return made
}
