// Package terminal is the channel of one person at a keyboard: ogpbot chat. A line that is typed is a message, and
// what the bot says is printed. It imports bot, channel and the standard library.
//
// Buttons are printed as a numbered list; choosing one by its number or its words is the dialogue's affair. Where the
// input is no terminal every line is repeated behind "> ", so that the output reads as a transcript.
package terminal

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"ogpbot/bot"
	"ogpbot/internal/channel"
)

// Platform is this channel's name.
const Platform bot.Platform = "terminal"

// maxLine is the longest line that is read, in bytes.
const maxLine = 1 << 20

// defaultWidth is how many columns a line of output has.
const defaultWidth = 80

// Options change how a Channel behaves. The zero value works.
type Options struct {
	As    string // who is typing, the address's ID; default "me"
	Width int    // columns of a line of output; default 80
	// Settled returns when all replies to what was accepted have been printed; Poll waits for it before the next line.
	// nil: it does not wait.
	Settled func(ctx context.Context) error
}

// Channel prints to one writer and reads from one reader. It is safe for concurrent use.
type Channel struct {
	opts        Options
	in          io.Reader
	interactive bool // a person types into in
	style       style

	mu  sync.Mutex // guards out
	out io.Writer
}

var (
	_ channel.Channel = (*Channel)(nil)
	_ channel.Poller  = (*Channel)(nil)
)

// New returns a Channel. It uses colours if out is a terminal and the environment variable NO_COLOR is not set
// (no-color.org).
func New(in io.Reader, out io.Writer, opts Options) *Channel {
	if opts.As == "" {
		opts.As = "me"
	}
	if opts.Width <= 0 {
		opts.Width = defaultWidth
	}
	c := &Channel{opts: opts, in: in, out: out, interactive: At(in)}
	if At(out) && os.Getenv("NO_COLOR") == "" {
		c.style = style{heading: "\x1b[1m", note: "\x1b[2m", end: "\x1b[0m"}
	}
	return c
}

// Interactive says whether a person types into the input.
func (c *Channel) Interactive() bool { return c.interactive }

// At tells whether a person is at f: a file that is a character device, other than the null device.
func At(f any) bool {
	file, ok := f.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}

// Platform implements channel.Channel.
func (*Channel) Platform() bot.Platform { return Platform }

// Limits implements channel.Channel: there are none.
func (*Channel) Limits() channel.Limits { return channel.Limits{TextUnits: math.MaxInt32} }

// Send implements channel.Channel. A file cannot be shown, and its words are in its place. What is for somebody else waits
// until they sit here.
func (c *Channel) Send(ctx context.Context, to bot.Address, m bot.Outbound) (channel.Receipt, error) {
	m = channel.InWords(m)
	switch {
	case to.Platform != Platform:
		return channel.Receipt{}, &channel.SendError{Failure: channel.Rejected, Code: "not an address of this platform"}
	case strings.TrimSpace(m.Words()) == "":
		return channel.Receipt{}, &channel.SendError{Failure: channel.Rejected, Code: "empty"}
	case to.ID != c.opts.As:
		return channel.Receipt{}, &channel.SendError{Failure: channel.WindowClosed, Code: "somebody else"}
	case ctx.Err() != nil:
		return channel.Receipt{}, &channel.SendError{Failure: channel.Temporary, Code: "cancelled", Unsent: true, Err: ctx.Err()}
	}
	if err := c.print(render(m, c.opts.Width, c.style)); err != nil {
		return channel.Receipt{}, &channel.SendError{Failure: channel.Temporary, Code: "output", Err: err}
	}
	return channel.Receipt{Refs: []string{strconv.FormatInt(time.Now().UnixNano(), 36)}}, nil
}

func (c *Channel) print(s string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, err := io.WriteString(c.out, s)
	return err
}

// Poll implements channel.Poller. It returns nil at the end of the input and when ctx ends. Nobody delivers a line
// again, so an error of accept ends it, unlike on a network. A line that is still awaited from the keyboard when ctx
// ends cannot be called off: the goroutine that reads it is left to end with the input.
func (c *Channel) Poll(ctx context.Context, accept channel.Accept) error {
	lines, failed := make(chan string), make(chan error, 1)
	go func() {
		defer close(lines)
		failed <- read(ctx, c.in, lines)
	}()
	start := strconv.FormatInt(time.Now().UnixNano(), 36) // references must differ from those of the last run
	for n := 1; ; n++ {
		if c.interactive {
			if err := c.print("> "); err != nil {
				return fmt.Errorf("print the prompt: %w", err)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case line, ok := <-lines:
			if !ok {
				return <-failed
			}
			if err := c.take(ctx, accept, start+"-"+strconv.Itoa(n), line); err != nil {
				return err
			}
		}
	}
}

// read sends each line of in that has words.
func read(ctx context.Context, in io.Reader, lines chan<- string) error {
	s := bufio.NewScanner(in)
	s.Buffer(nil, maxLine)
	for s.Scan() {
		line := strings.TrimSpace(s.Text())
		if line == "" {
			continue
		}
		select {
		case lines <- line:
		case <-ctx.Done():
			return nil
		}
	}
	if errors.Is(s.Err(), bufio.ErrTooLong) {
		return fmt.Errorf("a line of the input is longer than %d bytes; make it shorter", maxLine)
	}
	if s.Err() != nil {
		return fmt.Errorf("read the input: %w", s.Err())
	}
	return nil
}

func (c *Channel) take(ctx context.Context, accept channel.Accept, ref, line string) error {
	if !c.interactive {
		if err := c.print("> " + line + "\n"); err != nil {
			return fmt.Errorf("repeat the line: %w", err)
		}
	}
	err := accept(ctx, bot.Inbound{
		Ref:     ref,
		From:    bot.Address{Platform: Platform, ID: c.opts.As},
		At:      time.Now().UTC(),
		Kind:    bot.KindText,
		Text:    line,
		Message: ref,
	})
	if err == nil && c.opts.Settled != nil {
		err = c.opts.Settled(ctx)
	}
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("answer the line: %w", err)
	}
	return nil
}
