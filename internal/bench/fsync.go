package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"time"
)

const (
	syncTime  = 3 * time.Second
	syncBytes = 4 << 10 // a page
)

// groupedSync measures what the machine allows: how many writers a second, of so many that each wait until theirs is
// durable, a file takes that is only appended to, one fdatasync for all who wait.
func groupedSync(ctx context.Context, dir string, writers int) (perSecond float64, err error) {
	f, err := os.Create(filepath.Join(dir, "sync"))
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	ctx, stop := context.WithTimeout(ctx, syncTime)
	defer stop()
	asked := make(chan chan error, writers)
	count := make([]int, writers)
	var all sync.WaitGroup
	for i := range writers {
		all.Go(func() {
			done := make(chan error, 1)
			for ctx.Err() == nil {
				asked <- done
				if <-done != nil {
					return
				}
				count[i]++
			}
		})
	}
	go func() { all.Wait(); close(asked) }()
	page := make([]byte, syncBytes)
	for first := range asked {
		group := []chan error{first}
		for more := true; more; {
			select {
			case next, open := <-asked:
				if more = open; open {
					group = append(group, next)
				}
			default:
				more = false
			}
		}
		for range group {
			if _, err = f.Write(page); err != nil {
				break
			}
		}
		err = errors.Join(err, dataSync(f))
		for _, done := range group {
			done <- err
		}
	}
	sum := 0
	for _, n := range count {
		sum += n
	}
	return float64(sum) / syncTime.Seconds(), err
}
