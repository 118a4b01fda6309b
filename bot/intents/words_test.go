package intents_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"ogpbot/bot/intents"
	"ogpbot/content"
)

// Every word that the code asks for exists in every language, and no word waits for nobody.
func TestWords(t *testing.T) {
	lib, _, err := content.Load(content.Default())
	if err != nil {
		t.Fatal(err)
	}
	used := append(asked(t, lib), "start.description", "start.short") // shown by the platforms before the first message
	for _, in := range intents.All() {
		if len(in.Commands) > 0 && !in.Hidden {
			used = append(used, in.Name+".command") // shown by the platforms beside their commands
		}
	}
	for _, key := range used {
		text := lib.Keys()[key]
		for _, lang := range lib.Place().Languages {
			if text[lang] == "" {
				t.Errorf("the bot asks for %q, which has no words in %s", key, lang)
			}
		}
	}
	for key := range lib.Keys() {
		if !slices.Contains(used, key) {
			t.Errorf("nobody says %q; delete it", key)
		}
	}
}

// asked finds the keys in the source: the first argument of Say, Button and Text; the beginning of one that is put together at
// run time stands for all keys that begin so, of which there must be one.
func asked(t *testing.T, lib *content.Library) (keys []string) {
	t.Helper()
	endings := map[string][]string{
		"date.m":       {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"},
		"digest.is-":   {"unknown", "no-evidence", "not-started", "limited", "substantial", "complete"},
		"ask.missing-": {"when", "who", "number", "price", "phone", "where", "why", "how", "case"},
	}
	for _, kind := range []string{"token", "unreachable", "stopped", "deaf", "lost", "restored", "astray", "undelivered", "expires", "permission", "ahead",
		"behind", "disk", "growth", "outbox", "silence", "job", "digest", "stale", "untranslated", "backup", "check"} {
		endings["doctor."] = append(endings["doctor."], kind+"-what", kind+"-means", kind+"-mend")
	}
	acts := []string{"question.answer", "question.close", "talk.end", "case.assign", "case.note"} // of the audit trail, not said to anybody
	var files []string
	for _, where := range []string{"*.go", "../*.go", "../../internal/channel/webchat/words.go", "../../internal/app/*.go", "../../internal/doctor/*.go",
		"../../internal/broadcast/*.go", "../../internal/console/*.go", "../../internal/staff/*.go", "../../internal/cases/*.go", "../../internal/digest/*.go", "../../internal/questions/*.go", "../../internal/export/*.go", "../../internal/evidence/*.go", "../../internal/numbers/*.go"} {
		found, err := filepath.Glob(where)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	evidence, err := filepath.Glob("../../internal/evidence/*.go")
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, evidence...)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") && name[0] == '.' {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			s, _ := strconv.Unquote(lit.Value)
			if _, known := endings[s]; !known && beginning.MatchString(s) {
				before := len(keys)
				for key := range lib.Keys() {
					if strings.HasPrefix(key, s) {
						keys = append(keys, key)
					}
				}
				if len(keys) == before {
					t.Errorf("%s: no key begins with %q", name, s)
				}
				return true
			}
			if strings.Contains(name, "/app/") && !appKey.MatchString(s) {
				return true
			}
			if pages := strings.Contains(name, "/console/") || strings.Contains(name, "/staff/"); pages && !consoleKey.MatchString(s) {
				return true
			}
			if ends, ok := endings[s]; ok {
				for _, e := range ends {
					keys = append(keys, s+e)
				}
			} else if slices.Contains(acts, s) {
				return true
			} else if intent, word, ok := strings.Cut(s, "."); ok && word != "" && !strings.ContainsAny(s, " /()%") && intent >= "a" && intent == strings.ToLower(intent) && !strings.HasSuffix(s, ".go") && !strings.HasSuffix(s, ".txt") && !strings.HasSuffix(s, ".yaml") && !strings.HasSuffix(s, ".js") && !strings.HasSuffix(s, ".html") {
				keys = append(keys, s)
			}
			return true
		})
	}
	pages, err := filepath.Glob("../../internal/console/*.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range pages {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range sayInTemplate.FindAllSubmatch(text, -1) {
			keys = append(keys, string(found[1]))
		}
	}
	return keys
}

// consoleKey are keys among the strings of the staff's pages, which hold names of files and acts too.
var consoleKey = regexp.MustCompile(`^(console|staff\.role|digest\.is|language\.name)[a-z0-9.-]*[a-z0-9]$`)

// appKey are keys among the strings of the wiring.
var appKey = regexp.MustCompile(`^(backup|disk|doctor|trouble)\.[a-z-]+$`)

// beginning is that of a key which is put together at run time.
var beginning = regexp.MustCompile(`^((console[a-z-]*|export|evidence|doctor)\.[a-z-]+-|staff\.role-|export\.|ready\.)$`)

var sayInTemplate = regexp.MustCompile(`\.Say "([a-z.-]+[a-z0-9-]*)"`)

// Buttons travel in 64 bytes (core.telegram.org/bots/api#inlinekeyboardbutton).
func TestButtonsFit(t *testing.T) {
	lib, _, err := content.Load(content.Default())
	if err != nil {
		t.Fatal(err)
	}
	longest := strings.Repeat("x", 24)
	for _, action := range []string{"ask:is:" + longest, "ask:not:" + longest, "promises:ask:" + longest, "village:set:" + longest} {
		if len(action) > 64 {
			t.Errorf("the action %q has %d bytes", action, len(action))
		}
	}
	for _, e := range lib.Entries() {
		for _, lang := range lib.Place().Languages {
			if e.Question.In(lang) == "" {
				t.Errorf("the entry %q has no question in %s to put on a button", e.ID, lang)
			}
		}
	}
}
