package outbox

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel"
)

// wire is a channel that answers after so long.
type wire time.Duration

func (wire) Platform() bot.Platform { return platform }
func (wire) Limits() channel.Limits { return channel.Limits{} }
func (w wire) Send(context.Context, bot.Address, bot.Outbound) (channel.Receipt, error) {
	time.Sleep(time.Duration(w))
	return channel.Receipt{}, nil
}

// BenchmarkBroadcast sends one broadcast to b.N citizens, 100 at once; each send takes 5 ms and each commit nothing, or as
// long as a disk needs.
func BenchmarkBroadcast(b *testing.B) {
	for name, disk := range map[string]time.Duration{"memory": 0, "disk": 2 * time.Millisecond} {
		b.Run(name, func(b *testing.B) {
			m := newMemory()
			m.delay = disk
			m.announce(bot.Broadcast{ID: "b"}, b.N)
			s := New(Config{Store: m, Channel: wire(5 * time.Millisecond), Logger: slog.New(slog.DiscardHandler), InFlight: 100})
			ctx, stop := context.WithCancel(context.Background())
			ended := make(chan error)
			b.ReportAllocs()
			b.ResetTimer()
			go func() { ended <- s.Run(ctx) }()
			if err := s.Idle(ctx); err != nil {
				b.Fatal(err)
			}
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "sends/s")
			if sent := m.report("b")[bot.FateSent]; sent != b.N {
				b.Errorf("%d were sent, want %d", sent, b.N)
			}
			if stop(); <-ended != nil {
				b.Error("the Sender did not end well")
			}
		})
	}
}
