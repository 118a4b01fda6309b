package main

import (
	"io"
	"time"

	"github.com/schollz/progressbar/v3"

	"ogpbot/internal/app"
	person "ogpbot/internal/channel/terminal"
)

const showEvery = 100 * time.Millisecond

// longWork shows a person who watches w how far a work is.
type longWork struct {
	w     io.Writer
	stage string
	bar   *progressbar.ProgressBar
}

// watch is nil if nobody watches.
func (l *longWork) watch() app.Watch {
	if !person.At(l.w) {
		return nil
	}
	return l.show
}

func (l *longWork) show(stage string, done, all int64) {
	if stage != l.stage || l.bar == nil {
		l.end()
		l.stage, l.bar = stage, progressbar.NewOptions64(max(all, 1), progressbar.OptionSetWriter(l.w),
			progressbar.OptionSetDescription(stage), progressbar.OptionSetWidth(30), progressbar.OptionThrottle(showEvery),
			progressbar.OptionSetPredictTime(true), progressbar.OptionClearOnFinish())
	}
	if all > 0 {
		l.bar.ChangeMax64(all)
	}
	_ = l.bar.Set64(done) // it is only shown
}

// counting shows how much is written into w, of which nobody knows how much it will be.
func (l *longWork) counting(w io.Writer) io.Writer {
	if !person.At(l.w) {
		return w
	}
	l.bar = progressbar.NewOptions64(-1, progressbar.OptionSetWriter(l.w), progressbar.OptionShowBytes(true),
		progressbar.OptionThrottle(showEvery), progressbar.OptionSetSpinnerChangeInterval(0), progressbar.OptionClearOnFinish())
	return io.MultiWriter(w, l.bar)
}

func (l *longWork) end() {
	if l.bar != nil {
		_ = l.bar.Clear() // it is only shown
		l.bar = nil
	}
}
