// Command bench prints one table of everything that is measured: how package answer compares with a full-text
// index on the same questions in the same run (accuracy in Georgian script and in the Latin letters of chats, time,
// memory), what a question and a message cost, and the whole program as a process under load.
//
//	go run . [-processes | -inbound | -lists | -copies | -soak 10m [-seed N]] [-seconds 10] [-limited 60] [-testdata ../answer/testdata] [-lexicon ../../content/lexicon.tsv] [-root ../..]
//
// It may import ogpbot's packages and bleve, and it is a module of its own so that nothing else of the
// program depends on bleve. Guarantee: the rows of one table were measured one after another by one process.
//
// # Why
//
// Claims about accuracy and speed should be repeatable by whoever doubts them, with one command.
package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"ogpbot/internal/answer/georgian/georgiantest"
)

// engine finds entries. Add what it needs to implement build and rank to compare another one.
type engine interface {
	name() string
	build(data) error
	// rank gives the identifiers of the best entries, best first, at most three.
	rank(text string) ([]string, error)
}

func main() {
	testdata := flag.String("testdata", "../answer/testdata", "folder with kb, unseen-1.tsv and unseen-2.tsv")
	lexicon := flag.String("lexicon", "../../content/lexicon.tsv", "file of concepts, for ogpbot's engine")
	root := flag.String("root", "../..", "folder of the program's module")
	seconds := flag.Int("seconds", 10, "how long the program is put under load")
	limited := flag.Int("limited", 60, "seconds of a broadcast against a platform with a limit")
	processes := flag.Bool("processes", false, "measure only the whole program")
	listsOnly := flag.Bool("lists", false, "measure only the lists and searches of the staff's pages")
	soakTime := flag.Duration("soak", 0, "run the whole program against failing platforms for so long, and account for every message")
	soakSeed := flag.Uint64("seed", uint64(time.Now().UnixNano()), "of what goes wrong when, with -soak")
	inboundOnly := flag.Bool("inbound", false, "measure only messages that come in")
	copiesOnly := flag.Bool("copies", false, "measure only starts, backups and checks of a large database")
	flag.Parse()
	ctx := context.Background()
	fmt.Printf("%s, %d cores, %s\n\n", runtime.Version(), runtime.NumCPU(), time.Now().UTC().Format(time.DateOnly))
	length, limit := time.Duration(*seconds)*time.Second, time.Duration(*limited)*time.Second
	program := func(do func(ctx context.Context, binary, dir string) error) error {
		return inFolder(func(dir string) error { return compiled(ctx, *root, dir, do) })
	}
	var err error
	switch {
	case *soakTime > 0:
		err = soak(ctx, *root, *soakTime, *soakSeed)
	case *listsOnly:
		err = inFolder(func(dir string) error { return lists(ctx, dir) })
	case *inboundOnly:
		err = program(func(ctx context.Context, binary, dir string) error { return inbound(ctx, binary, dir, length) })
	case *copiesOnly:
		err = program(copies)
	default:
		if !*processes {
			err = compare(*testdata, *lexicon)
			fmt.Println()
			if err == nil {
				err = speed(ctx, *root)
			}
			fmt.Println()
		}
		if err == nil {
			err = program(func(ctx context.Context, binary, dir string) error { return whole(ctx, binary, dir, length, limit) })
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// inFolder gives do a folder that is gone afterwards.
func inFolder(do func(dir string) error) error {
	dir, err := os.MkdirTemp("", "ogpbot-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	return do(dir)
}

// whole measures the program as a process.
func whole(ctx context.Context, binary, dir string, load, limited time.Duration) error {
	if err := inbound(ctx, binary, dir, load); err != nil {
		return err
	}
	if err := outbound(ctx, binary, dir, limited); err != nil {
		return err
	}
	if err := lists(ctx, dir); err != nil {
		return err
	}
	return copies(ctx, binary, dir)
}

// compiled has do measure the program as it is shipped.
func compiled(ctx context.Context, root, dir string, do func(ctx context.Context, binary, dir string) error) error {
	binary := filepath.Join(dir, "ogpbot")
	if err := compile(ctx, root, binary); err != nil {
		return err
	}
	return do(ctx, binary, dir)
}

// compare prints the accuracy, speed and size of each engine.
func compare(testdata, lexicon string) error {
	d, err := load(testdata, lexicon)
	if err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(1, 1))
	latin := make([]question, len(d.native))
	for i, q := range d.native {
		latin[i] = question{q.id, georgiantest.Informal(q.text, r)}
	}
	fmt.Printf("%d entries, %d lines; %d questions by other hands in Georgian letters, the same in chat Latin, %d in all as typed\n\n",
		len(d.corpus.Entries), d.lines, len(d.native), len(d.all))
	fmt.Printf("%-34s %-13s %-13s %-13s %9s %9s %8s\n", "first / in three", "native", "chat Latin", "as typed", "µs/query", "index MB", "build s")
	for _, e := range []engine{&ours{}, &fullText{analyser: standard}, &fullText{analyser: ngrams}, &fullText{analyser: edges}} {
		before := heap()
		start := time.Now()
		if err := e.build(d); err != nil {
			return fmt.Errorf("%s: %w", e.name(), err)
		}
		built := time.Since(start)
		size := float64(heap()-before) / (1 << 20)
		fmt.Printf("%-34s", e.name())
		var spent time.Duration
		asked := 0
		for _, set := range [][]question{d.native, latin, d.all} {
			start := time.Now()
			first, three, err := score(e, set)
			if err != nil {
				return fmt.Errorf("%s: %w", e.name(), err)
			}
			spent += time.Since(start)
			asked += len(set)
			fmt.Printf(" %.3f / %.3f", first, three)
		}
		fmt.Printf(" %9.0f %9.1f %8.2f\n", float64(spent.Microseconds())/float64(asked), size, built.Seconds())
		runtime.KeepAlive(e)
	}
	return nil
}

// score gives the shares of questions whose entry is first and among the first three.
func score(e engine, set []question) (first, three float64, err error) {
	for _, q := range set {
		ids, err := e.rank(q.text)
		if err != nil {
			return 0, 0, err
		}
		for i, id := range ids {
			if id == q.id {
				three++
				if i == 0 {
					first++
				}
			}
		}
	}
	n := float64(len(set))
	return first / n, three / n, nil
}

// heap is what the program keeps, in bytes.
func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
