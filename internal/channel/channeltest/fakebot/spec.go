package fakebot

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// SpecVariable names the environment variable with the path of the API description.
const SpecVariable = "OGPBOT_TEST_TELEGRAM_SPEC"

// Spec is a description of the Bot API: the file api.json of github.com/PaulSonOfLars/telegram-bot-api-spec.
type Spec struct {
	Version string `json:"version"`
	Methods map[string]struct {
		Fields []specField `json:"fields"`
	} `json:"methods"`
	Types map[string]struct {
		Fields   []specField `json:"fields"`
		Subtypes []string    `json:"subtypes"`
	} `json:"types"`
}

type specField struct {
	Name     string   `json:"name"`
	Types    []string `json:"types"`
	Required bool     `json:"required"`
}

// LoadSpec reads a description.
func LoadSpec(path string) (*Spec, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the Bot API description: %w", err)
	}
	var s Spec
	if err := json.Unmarshal(raw, &s); err != nil {
		return nil, fmt.Errorf("read the Bot API description: %w", err)
	}
	if len(s.Methods) == 0 || len(s.Types) == 0 {
		return nil, fmt.Errorf("read the Bot API description: no methods or types in it")
	}
	return &s, nil
}

// SpecFromEnv loads the description that SpecVariable names. Where that is unset it says so in the test's log and
// returns nil: calls are then not checked.
func SpecFromEnv(tb testing.TB) *Spec {
	tb.Helper()
	path := os.Getenv(SpecVariable)
	if path == "" {
		tb.Logf("%s is unset: the calls are not checked against the API description", SpecVariable)
		return nil
	}
	s, err := LoadSpec(path)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// legacy are parameters that github.com/go-telegram-bot-api v5 sends and the real server still accepts.
const legacy = " disable_web_page_preview reply_to_message_id allow_sending_without_reply thumb "

// Check returns what is wrong with a call: an unknown method or parameter, a missing one, one of the wrong type.
func (s *Spec) Check(method string, params map[string]string) []string {
	m, ok := s.Methods[method]
	if !ok {
		return []string{"no such method"}
	}
	var wrong []string
	for name, value := range params {
		i := slices.IndexFunc(m.Fields, func(f specField) bool { return f.Name == name })
		switch {
		case i < 0 && !strings.Contains(legacy, " "+name+" "):
			wrong = append(wrong, "no such parameter: "+name)
		case i >= 0 && !s.anyParam(m.Fields[i], value):
			wrong = append(wrong, fmt.Sprintf("%s is not of type %s", name, strings.Join(m.Fields[i].Types, " or ")))
		}
	}
	for _, f := range m.Fields {
		if _, ok := params[f.Name]; f.Required && !ok {
			wrong = append(wrong, "missing: "+f.Name)
		}
	}
	slices.Sort(wrong)
	return wrong
}

// CheckObject returns an error unless raw is an object of a type, such as "Update".
func (s *Spec) CheckObject(typ string, raw []byte) error {
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		return err
	}
	return s.object(typ, v)
}

// anyParam tells whether a parameter's text is of one of the types; nested types are JSON in it.
func (s *Spec) anyParam(f specField, text string) bool {
	return slices.ContainsFunc(f.Types, func(typ string) bool {
		switch typ {
		case "String", "InputFile":
			return true
		case "Integer":
			_, err := strconv.ParseInt(text, 10, 64)
			return err == nil
		case "Float":
			_, err := strconv.ParseFloat(text, 64)
			return err == nil
		case "Boolean":
			return text == "true" || text == "false"
		}
		var v any
		if json.Unmarshal([]byte(text), &v) != nil {
			return false
		}
		return v == nil && !f.Required || s.object(typ, v) == nil
	})
}

func (s *Spec) object(typ string, v any) error {
	if elem, ok := strings.CutPrefix(typ, "Array of "); ok {
		return s.array(elem, v)
	}
	if ok, basic := isBasic(typ, v); basic {
		if !ok {
			return fmt.Errorf("want %s", typ)
		}
		return nil
	}
	t, ok := s.Types[typ]
	if !ok {
		return fmt.Errorf("no such type: %s", typ)
	}
	if len(t.Subtypes) > 0 {
		var err error
		for _, sub := range t.Subtypes {
			if err = s.object(sub, v); err == nil {
				return nil
			}
		}
		return err
	}
	fields, ok := v.(map[string]any)
	if !ok {
		return fmt.Errorf("want an object of type %s", typ)
	}
	return s.fields(typ, t.Fields, fields)
}

func (s *Spec) fields(typ string, fields []specField, got map[string]any) error {
	for name, v := range got {
		i := slices.IndexFunc(fields, func(f specField) bool { return f.Name == name })
		if i < 0 {
			return fmt.Errorf("%s has no field %s", typ, name)
		}
		fits := slices.ContainsFunc(fields[i].Types, func(t string) bool { return s.object(t, v) == nil })
		if !fits {
			return fmt.Errorf("%s.%s is not of type %s", typ, name, strings.Join(fields[i].Types, " or "))
		}
	}
	for _, f := range fields {
		if _, ok := got[f.Name]; f.Required && !ok {
			return fmt.Errorf("%s has no %s", typ, f.Name)
		}
	}
	return nil
}

func (s *Spec) array(elem string, v any) error {
	list, ok := v.([]any)
	if !ok {
		return fmt.Errorf("want an array of %s", elem)
	}
	for _, e := range list {
		if err := s.object(elem, e); err != nil {
			return err
		}
	}
	return nil
}

// isBasic reports whether typ is not an object, and if so whether v is of it.
func isBasic(typ string, v any) (ok, basic bool) {
	switch typ {
	case "String":
		_, ok = v.(string)
	case "Boolean", "True":
		_, ok = v.(bool)
	case "Integer":
		f, number := v.(float64)
		ok = number && f == float64(int64(f))
	case "Float":
		_, ok = v.(float64)
	default:
		return false, false
	}
	return ok, true
}
