package telegram

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"ogpbot/internal/channel"
	"ogpbot/internal/channel/channeltest/fakebot"
)

func TestFetch(t *testing.T) {
	c, server := connect(t, nil, nil)
	for name, tt := range map[string]struct {
		file  string // what getFile answers
		body  string // what is at the path
		code  int    // and its status
		want  string
		fails error
	}{
		"a photo":              {`{"ok":true,"result":{"file_id":"x","file_size":4,"file_path":"photos/file_1.jpg"}}`, "\xff\xd8\xff\xe0", 200, "\xff\xd8\xff\xe0", nil},
		"forgotten":            {`{"ok":true,"result":{"file_id":"x","file_path":"photos/file_1.jpg"}}`, "", 404, "", channel.ErrNoFile},
		"another site":         {`{"ok":true,"result":{"file_id":"x","file_path":"photos/file_1.jpg"}}`, "", 302, "", nil},
		"too large, said":      {`{"ok":true,"result":{"file_id":"x","file_size":20971521,"file_path":"v.mp4"}}`, "x", 200, "", channel.ErrFileTooLarge},
		"too large, not said":  {`{"ok":true,"result":{"file_id":"x","file_path":"v.mp4"}}`, strings.Repeat("x", channel.MaxFile+1), 200, "", channel.ErrFileTooLarge},
		"too large, refused":   {`{"ok":false,"error_code":400,"description":"Bad Request: file is too big"}`, "", 200, "", channel.ErrFileTooLarge},
		"no such file":         {`{"ok":false,"error_code":400,"description":"Bad Request: invalid file_id"}`, "", 200, "", channel.ErrNoFile},
		"a path on their disk": {`{"ok":true,"result":{"file_id":"x","file_path":"/etc/passwd"}}`, "root", 200, "", channel.ErrNoFile},
		"a path upwards":       {`{"ok":true,"result":{"file_id":"x","file_path":"a/../../bot"}}`, "root", 200, "", channel.ErrNoFile},
		"a path with a query":  {`{"ok":true,"result":{"file_id":"x","file_path":"a?b"}}`, "root", 200, "", channel.ErrNoFile},
	} {
		t.Run(name, func(t *testing.T) {
			server.Intercept(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/getFile") {
					_, _ = io.WriteString(w, tt.file)
					return
				}
				if !strings.HasPrefix(r.URL.Path, "/file/bot"+fakebot.DefaultToken+"/") || tt.code == 302 {
					w.Header().Set("Location", "https://evil.example/")
				}
				w.WriteHeader(tt.code)
				_, _ = io.WriteString(w, tt.body)
			}))
			data, err := c.Fetch(t.Context(), "x")
			failed := tt.fails != nil || tt.want == ""
			if string(data) != tt.want || failed != (err != nil) || tt.fails != nil && !errors.Is(err, tt.fails) {
				t.Errorf("got %d bytes and %v", len(data), err)
			}
			if err != nil && strings.Contains(err.Error(), "AA") {
				t.Errorf("the error may hold the token: %v", err)
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Fetch(ctx, "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end: %v", err)
	}
}
