package app

import (
	"context"
	"runtime"
	"runtime/debug"
	"testing"
	"testing/synctest"
	"time"
)

func TestMemoryIsGivenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- (&App{}).giveBack(ctx) }()
		const busy = 64 << 20
		debug.FreeOSMemory() // what other tests took
		before := heap()
		taken := make([]byte, busy)
		for i := range taken {
			taken[i] = 1
		}
		if grown := heap() - before; grown < busy/2 {
			t.Fatalf("the heap grew by %d bytes only", grown)
		}
		runtime.KeepAlive(taken)
		time.Sleep(giveBackEvery + time.Second)
		synctest.Wait()
		if now := heap(); now > before+busy/2 {
			t.Errorf("the heap still has %d bytes, %d before it was busy", now, before)
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}
