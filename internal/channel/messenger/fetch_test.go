package messenger

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"ogpbot/internal/channel"
	"ogpbot/internal/channel/channeltest/fakeserver"
)

// Only Meta's own hosts are asked, and what they answer is taken for no more than it is.
func TestFetch(t *testing.T) {
	asked := 0
	c, err := New(Config{Token: "T", AppSecret: "S", VerifyToken: "V", Client: &http.Client{Transport: fakeserver.Direct(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		switch {
		case r.Header.Get("Authorization") != "" || strings.Contains(r.URL.RawQuery, "access_token"):
			t.Error("the token was sent along")
		case r.URL.Path == "/moved":
			http.Redirect(w, r, "http://169.254.169.254/", http.StatusFound)
		case r.URL.Path == "/large":
			_, _ = io.WriteString(w, strings.Repeat("x", channel.MaxFile+1))
		case r.URL.Path == "/old":
			http.Error(w, "URL signature expired", http.StatusForbidden)
		default:
			_, _ = io.WriteString(w, "\xff\xd8\xff\xe0")
		}
	}))}})
	if err != nil {
		t.Fatal(err)
	}
	for _, ref := range []string{"https://scontent.xx.fbcdn.net/v/t1.jpg?oh=1", "https://cdn.fbsbx.com/v/audio.mp4", "https://SCONTENT.xx.fbcdn.net:443/a"} {
		if data, err := c.Fetch(t.Context(), ref); err != nil || len(data) != 4 {
			t.Errorf("%s: %d bytes, %v", ref, len(data), err)
		}
	}
	for ref, want := range map[string]error{"https://x.fbcdn.net/old": channel.ErrNoFile, "https://x.fbcdn.net/large": channel.ErrFileTooLarge, "https://x.fbcdn.net/moved": nil} {
		if _, err := c.Fetch(t.Context(), ref); err == nil || want != nil && !errors.Is(err, want) {
			t.Errorf("%s: %v", ref, err)
		}
	}
	before := asked
	for _, ref := range []string{"", "file:///etc/passwd", "http://scontent.xx.fbcdn.net/a", "https://fbcdn.net.evil.example/a", "https://evilfbcdn.net/a", "https://fbcdn.net/a",
		"https://x.fbcdn.net:8443/a", "https://user@x.fbcdn.net/a", "https://169.254.169.254/a#.fbcdn.net", "https://evil.example\\.fbcdn.net/a", "https://evil.example%2f.fbcdn.net/", "369239263222822"} {
		if _, err := c.Fetch(t.Context(), ref); !errors.Is(err, channel.ErrNoFile) {
			t.Errorf("%s: %v", ref, err)
		}
	}
	if asked != before {
		t.Error("another host was asked")
	}
}
