// Command immudb starts an immudb server with its defaults on a port of this machine, and has clients in the same
// process set one key after the other. The last line that it prints says how many sets were durable, after how many
// seconds.
//
//	immudb -folder NEW
package main

import (
	"context"
	"flag"
	"io"
	"net"
	"os"
	"time"

	"github.com/codenotary/immudb/embedded/logger"
	"github.com/codenotary/immudb/pkg/client"
	"github.com/codenotary/immudb/pkg/server"

	"sluice.example/third-party/peers/load"
)

func main() {
	folder := flag.String("folder", "", "keep the database there")
	seconds := flag.Float64("seconds", 10, "of load")
	size := flag.Int("bytes", 400, "of a value")
	clients := flag.Int("clients", 100, "at once, each with a connection and a session")
	flag.Parse()
	if err := run(*folder, *clients, *size, time.Duration(*seconds*float64(time.Second))); err != nil {
		load.Fail(err)
	}
}

func run(folder string, clients, size int, length time.Duration) error {
	ctx := context.Background()
	port, stop, err := serve(folder)
	if err != nil {
		return err
	}
	sessions := make([]client.ImmuClient, clients)
	for at := range sessions {
		options := client.DefaultOptions().WithPort(port).WithDir(folder)
		sessions[at] = client.NewClient().WithOptions(options)
		if err := sessions[at].OpenSession(ctx, []byte("immudb"), []byte("immudb"), "defaultdb"); err != nil {
			return err
		}
	}
	result := load.Run(clients, size, length, func(writer int, entry []byte) error {
		_, err := sessions[writer].Set(ctx, entry[:16], entry)
		return err
	})
	for _, session := range sessions {
		if err := session.CloseSession(ctx); err != nil {
			return err
		}
	}
	if err := stop(); err != nil {
		return err
	}
	load.Print(result)
	return nil
}

func serve(folder string) (port int, stop func() error, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, nil, err
	}
	options := server.DefaultOptions().WithDir(folder).WithListener(listener).
		WithMetricsServer(false).WithWebServer(false)
	immudb := server.DefaultServer()
	immudb.WithOptions(options).WithLogger(quiet())
	if err := immudb.Initialize(); err != nil {
		return 0, nil, err
	}
	go func() {
		if err := immudb.Start(); err != nil {
			load.Fail(err)
		}
	}()
	return listener.Addr().(*net.TCPAddr).Port, immudb.Stop, nil
}

func quiet() logger.Logger {
	return logger.NewSimpleLoggerWithLevel("immudb", io.Writer(os.Stderr), logger.LogError)
}
