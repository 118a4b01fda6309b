package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "ogpbot/"

// layers lists what each tree may import of this module; a package matches the longest tree.
// Reading downwards, a layer may use those above it and never those below.
var layers = []struct {
	tree, job string
	may       []string
}{
	{"bot", "domain and dialogue: no I/O", nil},
	{"bot/intents", "one file per intent", []string{"bot"}},
	{"content", "words and knowledge: embed, load, check", []string{"bot", "internal/durable"}},

	{"internal/store", "port: what is kept", []string{"bot"}},
	{"internal/channel", "port: what a platform must do", []string{"bot"}},

	{"internal/answer/georgian", "Georgian in any spelling", nil},
	{"internal/answer/georgian/georgiantest", "how people misspell Georgian, for tests", []string{"internal/answer/georgian"}},
	{"internal/answer", "finds the answer, or says that it does not know", []string{"bot", "internal/answer/georgian"}},
	{"internal/exam", "marks answers against known ones", []string{"bot"}},

	{"internal/inbox", "use case: a message becomes a stored turn", []string{"bot", "internal/store", "internal/notice"}},
	{"internal/outbox", "use case: owed messages become sends", []string{"bot", "internal/store", "internal/channel", "internal/notice"}},
	{"internal/broadcast", "use case: an announcement reaches everybody it is for", []string{"bot", "internal/store", "internal/notice"}},
	{"internal/digest", "use case: what changed, for whom", []string{"bot", "internal/store", "internal/picture"}},
	{"internal/progress", "use case: how far the commitments are", []string{"bot", "internal/store"}},
	{"internal/editor", "use case: answers written over the content folder", []string{"bot", "internal/store"}},
	{"internal/staff", "use case: accounts and their codes", []string{"bot", "internal/store"}},
	{"internal/schedule", "robfig/cron that fires once and catches up", nil},

	{"internal/notice", "owes somebody a message in their language", []string{"bot", "internal/store"}},
	{"internal/cases", "use case: feedback that gets an answer", []string{"bot", "internal/store", "internal/notice"}},
	{"internal/questions", "use case: what the bot could not answer", []string{"bot", "internal/store", "internal/notice"}},
	{"internal/doctor", "use case: what is wrong with the program itself", []string{"bot", "internal/store", "internal/channel", "internal/notice"}},
	{"internal/live", "who has a page open, and what changed", []string{"bot", "internal/store"}},
	{"internal/numbers", "use case: how much was asked, answered and reached", []string{"bot", "internal/store"}},
	{"internal/evidence", "use case: what was promised, asked and done, for whoever watches over it", []string{"bot", "internal/store", "internal/numbers", "internal/chart", "internal/export"}},
	{"internal/export", "use case: lists as files", []string{"bot", "internal/store"}},
	{"internal/store/storetest", "contract of store", []string{"bot", "internal/store"}},
	{"internal/store/boltstore", "adapter: bbolt", []string{"bot", "internal/store", "internal/durable"}},
	{"internal/channel/channeltest", "contract of channel", []string{"bot", "internal/channel"}},
	{"internal/channel/channeltest/fakeserver", "what our fake platforms share", nil},
	{"internal/channel/channeltest/fakebot", "a Bot API server of our own", []string{"internal/channel/channeltest/fakeserver"}},
	{"internal/channel/channeltest/fakegraph", "a Graph server of our own", []string{"internal/channel/channeltest/fakeserver"}},
	{"internal/channel/telegram", "adapter: Telegram", []string{"bot", "internal/channel"}},
	{"internal/channel/messenger", "adapter: Messenger", []string{"bot", "internal/channel"}},
	{"internal/channel/webchat", "adapter: a page of our own", []string{"bot", "internal/channel", "internal/web"}},
	{"internal/channel/terminal", "adapter: a terminal", []string{"bot", "internal/channel"}},
	{"internal/backup", "copies as files: whole, sealed, dated", []string{"internal/durable"}},
	{"internal/server", "HTTP: mux, limits, health, graceful stop", nil},
	{"internal/picture", "the progress of commitments as a PNG", nil},
	{"internal/chart", "charts as SVG", nil},
	{"internal/metrics", "what is counted, for Prometheus", []string{"bot", "internal/store"}},
	{"internal/config", "flags and environment", nil},
	{"internal/durable", "files that are there whole or not at all", nil},
	{"internal/browsertest", "a tab of a real browser, for tests of our pages", nil},
	{"internal/web", "what our pages do alike: whom a request is from, files, streams", nil},
	{"internal/redact", "logs without secrets and words", nil},

	{"internal/console", "staff's pages: drives use cases", []string{"bot", "internal/store", "internal/editor", "internal/export", "internal/staff", "internal/progress", "internal/questions", "internal/cases", "internal/live", "internal/chart", "internal/numbers", "internal/web"}},
	{"internal/arch", "these rules", nil},
	{"internal/app", "wiring", []string{"*"}},
	{"internal/bench", "measurements, a module of its own", []string{"*"}},
	{"cmd", "flags and exit codes", []string{"bot", "content", "internal/answer", "internal/app", "internal/channel/terminal", "internal/config", "internal/durable", "internal/exam", "internal/redact"}},
}

// browserDriver is in tests of our pages, too.
const browserDriver = "github.com/chromedp/"

// owners names the one tree that may import each third-party module.
var owners = map[string]string{
	"github.com/go-telegram-bot-api/": "internal/channel/telegram",
	"github.com/huandu/facebook/":     "internal/channel/messenger",
	browserDriver:                     "internal/browsertest",
	"go.etcd.io/bbolt":                "internal/store/boltstore",
	"go.yaml.in/yaml/":                "content",
	"github.com/alecthomas/kong":      "cmd",
	"github.com/rivo/uniseg":          "internal/channel",
	"github.com/robfig/cron/":         "internal/schedule",
	"golang.org/x/image":              "internal/picture",
	"golang.org/x/crypto":             "internal/staff",
	"github.com/pquerna/otp":          "internal/staff",
	"github.com/prometheus/":          "internal/metrics",
	"github.com/xuri/excelize/":       "internal/export",
	"filippo.io/age":                  "internal/backup",
	"github.com/schollz/progressbar":  "cmd",
	"github.com/blevesearch/":         "internal/bench",
}

type source struct {
	dir, name string
	test      bool
	ast       *ast.File
	text      string
}

// sources parses every Go file of the project, tests and nested modules included.
func sources(t *testing.T) (all []source) {
	t.Helper()
	root := filepath.Join("..", "..")
	err := fs.WalkDir(os.DirFS(root), ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && p != "." && strings.HasPrefix(d.Name(), ".") {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(p, ".go") {
			return nil
		}
		text, err := os.ReadFile(filepath.Join(root, p))
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), p, text, parser.ParseComments)
		if err != nil {
			return err
		}
		all = append(all, source{path.Dir(p), p, strings.HasSuffix(p, "_test.go"), f, string(text)})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func under(dir, tree string) bool { return dir == tree || strings.HasPrefix(dir, tree+"/") }

func TestImportDirection(t *testing.T) {
	for _, f := range sources(t) {
		rule := -1
		for i, l := range layers {
			if under(f.dir, l.tree) && (rule < 0 || len(l.tree) > len(layers[rule].tree)) {
				rule = i
			}
		}
		if rule < 0 {
			t.Errorf("%s: package %s has no layer; give it one line in layers", f.name, f.dir)
			continue
		}
		for _, im := range f.ast.Imports {
			p, _ := strconv.Unquote(im.Path.Value)
			for prefix, owner := range owners {
				if strings.HasPrefix(p, prefix) && !under(f.dir, owner) && (prefix != browserDriver || !f.test) {
					t.Errorf("%s imports %s, which only %s may", f.name, p, owner)
				}
			}
			rel, ours := strings.CutPrefix(p, module)
			if !ours || f.test || rel == f.dir {
				continue
			}
			if may := layers[rule].may; !slices.Contains(may, "*") && !slices.Contains(may, rel) {
				t.Errorf("%s imports %s: layer %q (%s) may import only %v", f.name, rel, layers[rule].tree, layers[rule].job, may)
			}
		}
	}
}

// The dialogue can be replayed because nothing in it reads a clock, a disk, the network or chance, or begins something that goes on
// beside it. What it remembers of the content is the same in every turn.
func TestDialogueIsPure(t *testing.T) {
	banned := []string{"context", "crypto/rand", "io/fs", "math/rand", "math/rand/v2", "net", "net/http", "os", "os/exec", "syscall"}
	for _, f := range sources(t) {
		if !under(f.dir, "bot") || f.test {
			continue
		}
		for _, im := range f.ast.Imports {
			p, _ := strconv.Unquote(im.Path.Value)
			if slices.Contains(banned, p) || strings.Contains(p, ".") {
				t.Errorf("%s imports %s: the dialogue is pure", f.name, p)
			}
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if _, ok := n.(*ast.GoStmt); ok {
				t.Errorf("%s begins a goroutine: the dialogue is pure", f.name)
			}
			return true
		})
		if strings.Contains(f.text, "time.Now") || strings.Contains(f.text, "time.Since") {
			t.Errorf("%s reads the clock: time arrives in arguments", f.name)
		}
	}
}

func TestShape(t *testing.T) {
	docs := map[string]int{}
	for _, f := range sources(t) {
		if f.test {
			continue
		}
		docs[f.dir] += 0
		if f.ast.Doc != nil {
			docs[f.dir]++
		}
		for _, im := range f.ast.Imports {
			if im.Path.Value == `"testing"` && !strings.Contains(f.dir, "test") && !under(f.dir, "internal/bench") {
				t.Errorf("%s imports testing outside a test", f.name)
			}
		}
		for _, d := range f.ast.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Name.Name == "init" && fn.Recv == nil {
				t.Errorf("%s: func init hides order; call it where it is needed", f.name)
			}
		}
	}
	for dir, n := range docs {
		if n != 1 {
			t.Errorf("package %s has %d package comments, want 1", dir, n)
		}
		switch path.Base(dir) {
		case "util", "utils", "common", "helper", "helpers", "manager", "models", "misc", "base":
			t.Errorf("package %s is named for nothing", dir)
		}
	}
}

// Another town must be served by another folder alone.
func TestNoMunicipalityInCode(t *testing.T) {
	for _, f := range sources(t) {
		if f.test || strings.HasSuffix(f.dir, "test") || under(f.dir, "internal/bench") {
			continue
		}
		for _, name := range []string{"Ozurgeti", "ოზურგეთ", "GEOGT"} {
			inCode := false
			ast.Inspect(f.ast, func(n ast.Node) bool {
				lit, ok := n.(*ast.BasicLit)
				inCode = inCode || ok && strings.Contains(lit.Value, name)
				return true
			})
			if inCode {
				t.Errorf("%s holds %q: what one municipality knows lives in its content folder", f.name, name)
			}
		}
	}
}
