package redact

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"io/fs"
	"log/slog"
	"net/url"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"ogpbot/bot"
)

// logged gives what both standard handlers write for args, behind a Handler that knows secrets.
func logged(msg string, args []any, secrets ...string) string {
	var out bytes.Buffer
	options := &slog.HandlerOptions{Level: slog.LevelDebug, AddSource: true}
	for _, inner := range []slog.Handler{slog.NewTextHandler(&out, options), slog.NewJSONHandler(&out, options)} {
		log := slog.New(NewHandler(inner, secrets...))
		log.Debug(msg, args...)
		log.With(args...).WithGroup("group").Error(msg, slog.Group("inner", args...))
	}
	return out.String()
}

const marker = "MARKER"

// domain has a value of every type of package bot that holds data.
func domain() []any {
	return []any{
		bot.Address{}, bot.Citizen{}, bot.State{}, bot.Exchange{}, bot.Question{}, bot.Inbound{}, bot.Outbound{}, bot.Button{},
		bot.SetLanguage{}, bot.SetVillage{}, bot.SetReach{}, bot.KeepQuestion{}, bot.SetDigest{}, bot.KeepCode{}, bot.UseCode{},
		bot.StartBroadcast{}, bot.SteerBroadcast{}, bot.Note{}, bot.OpenCase{}, bot.AddToCase{}, bot.MoveCase{}, bot.AnswerQuestion{}, bot.Talk{}, bot.SayTo{}, bot.KeepFile{},
		bot.Account{}, bot.Audit{}, bot.Broadcast{}, bot.Recipient{}, bot.Contact{}, bot.Change{}, bot.Progress{}, bot.Code{}, bot.Consent{},
		bot.Held{}, bot.Media{}, bot.Case{}, bot.CaseEvent{}, bot.QuestionGroup{}, bot.Waiting{}, bot.Everything{},
		bot.Plan{}, bot.Commitment{}, bot.Milestone{}, bot.Entry{}, bot.Village{}, bot.Place{}, bot.Finding{}, bot.Text{},
	}
}

// identifiers are fields that name a record and nobody: they are random, or made up by the municipality for its own.
var identifiers = []string{"ID", "Login", "Case", "Commitment", "Milestone"}

// fill puts marker into every text of v that may not be seen.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		switch v.Type() {
		case reflect.TypeFor[bot.Platform](), reflect.TypeFor[bot.CitizenID]():
			v.SetString("harmless")
		default:
			v.SetString(marker)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			switch f := v.Type().Field(i); {
			case !f.IsExported():
			case v.Type() != reflect.TypeFor[bot.Address]() && slices.Contains(identifiers, f.Name) && f.Type.Kind() == reflect.String:
				v.Field(i).SetString("harmless")
			default:
				fill(v.Field(i))
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.Map:
		key, elem := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key)
		fill(elem)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, elem)
	}
}

// carrier is an error that holds a value and does not speak of it.
type carrier struct{ Value any }

func (carrier) Error() string { return "could not be sent" }

// talker is a Stringer that tells all.
type talker struct{ Value any }

func (t talker) String() string { return fmt.Sprint(t.Value) }

func TestNoDomainTypeShowsAnything(t *testing.T) {
	for _, zero := range domain() {
		filled := reflect.New(reflect.TypeOf(zero))
		fill(filled.Elem())
		v := filled.Elem().Interface()
		if !strings.Contains(fmt.Sprintf("%+v", v), marker) && reflect.TypeOf(v) != reflect.TypeFor[bot.SetReach]() {
			t.Fatalf("%T was not filled", v)
		}
		for name, carried := range map[string]any{
			"itself":   v,
			"pointer":  filled.Interface(),
			"struct":   struct{ V any }{v},
			"slice":    []any{v},
			"array":    [1]any{v},
			"map":      map[string]any{"v": v},
			"func":     func() any { return v },
			"error":    carrier{v},
			"wrapped":  fmt.Errorf("send: %w", carrier{v}),
			"joined":   errors.Join(io.EOF, carrier{v}),
			"stringer": talker{v},
			"group":    slog.GroupValue(slog.Any("v", []any{v})),
			"attrs":    []slog.Attr{slog.Any("v", v)},
			"valuer":   valuer{slog.AnyValue(map[string]any{"v": v})},
		} {
			got := logged("m", []any{"value", carried})
			got = strings.ReplaceAll(got, "question/"+marker, "") // its number in the store
			if strings.Contains(got, marker) {
				t.Errorf("%T as %s is seen:\n%s", v, name, got)
			}
		}
	}
}

func TestEveryTypeThatDescribesItselfIsTried(t *testing.T) {
	tried := map[string]bool{}
	for _, v := range domain() {
		tried[reflect.TypeOf(v).Name()] = true
	}
	files, err := filepath.Glob("../../bot/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("package bot was not found", err)
	}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv == nil || f.Name.Name != "LogValue" {
				continue
			}
			if typ := strings.TrimPrefix(types.ExprString(f.Recv.List[0].Type), "*"); !tried[typ] {
				t.Errorf("bot.%s has a LogValue: add it to domain", typ)
			}
		}
	}
}

type valuer struct{ v slog.Value }

func (v valuer) LogValue() slog.Value { return v.v }

func TestSecretsAreTakenOut(t *testing.T) {
	const secret, longer = `s3cr:et/+"\ wörd`, `s3cr:et/+"\ wörd and more`
	for name, args := range map[string][]any{
		"string":      {"v", "before " + secret + " after"},
		"key":         {secret, 1},
		"group":       {slog.Group("g", slog.Group("h", "v", secret))},
		"error":       {"v", &url.Error{Op: "Get", URL: "https://example.org/" + secret, Err: io.EOF}},
		"query":       {"v", "https://example.org/?q=" + url.QueryEscape(secret)},
		"path":        {"v", "https://example.org/" + url.PathEscape(secret)},
		"lower case":  {"v", strings.ToLower(url.QueryEscape(secret))},
		"longer":      {"v", longer},
		"named":       {"v", bot.CitizenID(secret)},
		"stringer":    {"v", &url.URL{Path: secret}},
		"valuer":      {"v", valuer{slog.StringValue(secret)}},
		"valuer deep": {"v", valuer{slog.GroupValue(slog.Any("v", valuer{slog.StringValue(secret)}))}},
		"quoted":      {"v", fmt.Sprintf("%q", secret)},
		"bytes":       {"v", []byte(secret)},
	} {
		got := logged("message "+secret, args, secret, "", longer)
		for _, piece := range []string{"s3cr", "wörd", "w%C3%B6rd", "and more"} {
			if strings.Contains(got, piece) {
				t.Errorf("%s: %q is seen:\n%s", name, piece, got)
			}
		}
		if !strings.Contains(got, "message [secret]") {
			t.Errorf("%s: no mark in\n%s", name, got)
		}
	}
}

func TestWhatLooksPrivateIsMarked(t *testing.T) {
	telegram := "123456789:" + strings.Repeat("Aa0_-", 7)
	page := "EAA" + strings.Repeat("x9", 30)
	for _, c := range []struct{ in, want string }{
		{"https://api.telegram.org/bot" + telegram + "/sendMessage", "https://api.telegram.org/bot[secret]/sendMessage"},
		{"/bot" + url.QueryEscape(telegram), "/bot[secret]"},
		{"token " + page + ".", "token [secret]."},
		{"Authorization: Bearer abc.def-123456", "Authorization: Bearer [secret]"},
		{"/me?access_token=short&x=1", "/me?access_token=[secret]&x=1"},
		{`{"access_token":"short"}`, `{"access_token":"[secret]"}`},
		{"from nino.k+x@ozurgeti.gov.ge now", "from [email] now"},
		{"from ნინო@მუნიციპალიტეტი.გე now", "from [email] now"},
		{"n%40example.org", "[email]"},
		{"a@b.ge", "[email]"},
		{"personal number 01001012345", "personal number [number]"},
		{"personal number 01 001 012345", "personal number [number]"},
		{"call +995 599 12-34-56 now", "call [number] now"},
		{"call +995599123456", "call [number]"},
		{"call 00995 599 123 456", "call [number]"},
		{"call 599 12 34 56!", "call [number]!"},
		{"call 599-123-456", "call [number]"},
		{"call 0496 27 31 00", "call [number]"},
		{"ნომერი599123456ნომერი", "ნომერი[number]ნომერი"},
		{"chat 1234567890 not found", "chat [number] not found"},

		{"2026-11-25 09:23:00.123456 took 1.123456789s", "2026-11-25 09:23:00.123456 took 1.123456789s"},
		{"2026-11-25T09:23:00.123456789Z", "2026-11-25T09:23:00.123456789Z"},
		{"listen on 127.0.0.1:8080 and [::1]:65535", "listen on 127.0.0.1:8080 and [::1]:65535"},
		{"20971520 bytes, 112 is the emergency number", "20971520 bytes, 112 is the emergency number"},
		{"goroutine 12 [running]: 0xc000123456789", "goroutine 12 [running]: 0xc000123456789"},
		{"the basic idea", "the basic idea"},
	} {
		if got := newCleaner(nil).text(c.in); got != c.want {
			t.Errorf("%q became %q, want %q", c.in, got, c.want)
		}
	}
}

type level int8

func (l level) String() string { return "level-" + fmt.Sprint(int8(l)) }

type broken struct{ p *int }

func (b *broken) Error() string { return fmt.Sprint(*b.p) }

func TestWhatIsSafeIsShown(t *testing.T) {
	at := time.Date(2026, 11, 25, 9, 23, 0, 0, time.UTC)
	got := logged("hello", []any{
		"yes", true, "int", -3, "uint", uint8(4), "float", 2.5, "time", at, "took", 1500 * time.Millisecond,
		"text", "words", "platform", bot.Platform("telegram"), "level", level(7), "error", fmt.Errorf("read: %w", io.EOF), "none", nil,
		"address", bot.Address{Platform: "telegram", ID: "77"}, "slice", []string{"unseen"}, "broken", (*broken)(nil), slog.Attr{},
	})
	for _, want := range []string{
		"msg=hello", "yes=true", "int=-3", "uint=4", "float=2.5", "time=2026-11-25T09:23:00.000Z", "took=1.5s",
		"text=words", "platform=telegram", "level=level-7", `error="read: EOF"`, "none=<nil>",
		"address=telegram/…", "slice=[]string", "broken=*redact.broken",
		"group.inner.int=-3", `"group":{"inner":{"yes":true,"int":-3`, "redact_test.go:",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	if strings.Contains(got, `""=`) || strings.Contains(got, `"":`) {
		t.Errorf("an empty attribute is shown:\n%s", got)
	}
}

func TestHandlerHonoursTheLevel(t *testing.T) {
	h := NewHandler(slog.NewTextHandler(&bytes.Buffer{}, &slog.HandlerOptions{Level: slog.LevelWarn}))
	if h.Enabled(context.Background(), slog.LevelInfo) || !h.Enabled(context.Background(), slog.LevelWarn) {
		t.Error("the level of the inner handler is not honoured")
	}
}

func TestError(t *testing.T) {
	under := &fs.PathError{Op: "open", Path: "/bot-hunter2/x", Err: fs.ErrNotExist}
	err := Error(fmt.Errorf("read, call +995599123456: %w", under), "hunter2")
	if got, want := err.Error(), "read, call [number]: open /bot-[secret]/x: file does not exist"; got != want {
		t.Errorf("text %q, want %q", got, want)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		t.Error("errors.Is does not see through it")
	}
	if e, ok := errors.AsType[*fs.PathError](err); !ok || e != under {
		t.Error("errors.AsType does not see through it")
	}
	if errors.Is(err, fs.ErrExist) {
		t.Error("errors.Is finds what is not there")
	}
	for _, format := range []string{"%v", "%+v", "%#v", "%q", "%s"} {
		if got := fmt.Sprintf(format, err); strings.Contains(got, "hunter2") {
			t.Errorf("%s prints %s", format, got)
		}
	}
	if errors.Unwrap(err) != nil {
		t.Error("the text beneath can be reached")
	}
	if Error(nil) != nil {
		t.Error("nil became an error")
	}
}

func BenchmarkHandle(b *testing.B) {
	log := slog.New(NewHandler(slog.NewTextHandler(&bytes.Buffer{}, nil), "123456789:"+strings.Repeat("A", 35), "app-secret"))
	err := fmt.Errorf("send: temporary (502): %w", io.ErrUnexpectedEOF)
	for b.Loop() {
		log.Info("a message could not be sent yet", "platform", "telegram", "parcel", "1234", "attempt", 3, "error", err)
	}
}
