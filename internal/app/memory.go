package app

import (
	"context"
	"runtime"
	"runtime/debug"
	"time"
)

const (
	giveBackEvery = time.Minute
	giveBackFrom  = 4 << 20 // bytes
)

// giveBack returns to the system what a busy moment took: Go by itself keeps it, however long nothing happens, and a small
// server has other programs.
func (a *App) giveBack(ctx context.Context) error {
	tick := time.NewTicker(giveBackEvery)
	defer tick.Stop()
	kept := uint64(0)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if heap() > kept+giveBackFrom {
			debug.FreeOSMemory()
			kept = heap()
		}
	}
}

// heap is what the heap has of the system, in bytes.
func heap() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapSys - m.HeapReleased
}
