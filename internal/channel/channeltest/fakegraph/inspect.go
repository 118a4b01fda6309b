package fakegraph

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// Unsubscribe ends the app's subscription to the Page, as Meta does when a webhook fails for long.
func (s *Server) Unsubscribe() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.subscribed = nil
}

// Expires sets when the token ends; zero: never.
func (s *Server) Expires(at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expires = at
}

// Permit sets the permissions of the token. It begins with those that the bot needs.
func (s *Server) Permit(scopes ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scopes = scopes
}

// subscribedApps lists our app if it is subscribed. s.mu is held.
func (s *Server) subscribedApps() string {
	if len(s.subscribed) == 0 {
		return `{"data":[]}`
	}
	return fmt.Sprintf(`{"data":[{"link":"https://example.org/","name":"ogpbot","id":"%d","subscribed_fields":%s}]}`, appID, list(s.subscribed))
}

// debugToken describes the token. s.mu is held.
func (s *Server) debugToken(p map[string]string) (string, *Failure) {
	if p["input_token"] != s.opts.Token {
		return `{"data":{"error":{"code":190,"message":"Invalid OAuth access token."},"is_valid":false,"scopes":[]}}`, nil
	}
	expires := int64(0)
	if !s.expires.IsZero() {
		expires = s.expires.Unix()
	}
	return fmt.Sprintf(`{"data":{"app_id":"%d","type":"PAGE","application":"ogpbot","data_access_expires_at":0,"expires_at":%d,"is_valid":%s,"profile_id":%q,"scopes":%s}}`,
		appID, expires, strconv.FormatBool(expires == 0 || s.expires.After(s.now())), PageID, list(s.scopes)), nil
}

// subscriptions lists the app's webhook. s.mu is held.
func (s *Server) subscriptions() string {
	if s.hook == "" {
		return `{"data":[]}`
	}
	return fmt.Sprintf(`{"data":[{"object":"page","callback_url":%q,"active":true,"fields":[{"name":"messages","version":%q}]}]}`, s.hook, s.opts.Version)
}

func list(words []string) string {
	b, err := json.Marshal(append([]string{}, words...))
	if err != nil { // strings always marshal
		return "[]"
	}
	return string(b)
}
