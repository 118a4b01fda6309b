package fakeserver

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
)

// connections of Flood.
const connections = 8

// Flood sends n times the same request, as it is written in HTTP/1.1, to the server at addr, without waiting for answers.
// It returns how many were 200. An http.Client costs as much as a server; Flood lets a benchmark measure the server.
func Flood(addr, request string, n int) (taken int, err error) {
	var ok atomic.Int64
	failed := make(chan error, connections)
	var work sync.WaitGroup
	for i := range connections {
		share := n / connections
		if i < n%connections {
			share++
		}
		work.Go(func() {
			if err := flood(addr, request, share, &ok); err != nil {
				failed <- err
			}
		})
	}
	work.Wait()
	close(failed)
	return int(ok.Load()), <-failed
}

func flood(addr, request string, n int, ok *atomic.Int64) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return fmt.Errorf("flood: %w", err)
	}
	defer conn.Close()
	go func() { // ends with the connection
		for range n {
			if _, err := io.WriteString(conn, request); err != nil {
				return
			}
		}
	}()
	in := bufio.NewReader(conn)
	for range n {
		resp, err := http.ReadResponse(in, nil)
		if err != nil {
			return fmt.Errorf("flood: %w", err)
		}
		if resp.StatusCode == http.StatusOK {
			ok.Add(1)
		}
		_, err = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		if err != nil {
			return fmt.Errorf("flood: %w", err)
		}
	}
	return nil
}
