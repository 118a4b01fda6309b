package messenger

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	fb "github.com/huandu/facebook/v2"

	"ogpbot/internal/channel"
)

// permissions are those without which the Page's conversations do not work
// (developers.facebook.com/docs/messenger-platform/overview and .../docs/graph-api/reference/page/subscribed_apps).
func permissions() []string { return []string{"pages_messaging", "pages_manage_metadata"} }

// tokenInfo is what is read of a token's description (developers.facebook.com/docs/graph-api/reference/debug_token).
type tokenInfo struct {
	AppID   string   `facebook:"app_id"`
	Valid   bool     `facebook:"is_valid"`
	Expires int64    `facebook:"expires_at"` // Unix seconds; 0: never
	Scopes  []string `facebook:"scopes"`
}

// Inspect implements channel.Inspector. Its calls are GETs that are sent as POSTs, which keeps the token out of URLs.
// What Meta does not let this token ask is left out: it says nothing about the conversations.
func (c *Channel) Inspect(ctx context.Context) (f channel.Facts, err error) {
	x, sent := exchange{Client: c.client}, time.Now()
	result, err := c.ask(ctx, &x, c.cfg.Token, "debug_token", fb.Params{"input_token": c.cfg.Token})
	f.Ahead, f.Clocked = channel.Ahead(x.header, sent, time.Now())
	var token tokenInfo
	switch {
	case err == nil:
		if err := result.DecodeField("data", &token); err != nil {
			return f, &channel.SendError{Failure: channel.Temporary, Code: "debug_token: the answer is of another kind"}
		}
		if !token.Valid {
			return f, &channel.SendError{Failure: channel.Misconfigured, Code: "the page access token is not valid"}
		}
		f.Missing = token.missing()
		if token.Expires > 0 {
			f.Expires = time.Unix(token.Expires, 0).UTC()
		}
	case forbidden(err):
	default:
		return f, sendError(err)
	}
	if f.Lost, err = c.unsubscribed(ctx, token.AppID); err != nil {
		return f, err
	}
	f.Astray, err = c.astray(ctx, token.AppID)
	return f, err
}

// missing lists what the token lacks. A token whose scopes were not told lacks nothing that we know of.
func (t tokenInfo) missing() (names []string) {
	if len(t.Scopes) == 0 {
		return nil
	}
	for _, p := range permissions() {
		if !slices.Contains(t.Scopes, p) {
			names = append(names, p)
		}
	}
	return names
}

// unsubscribed tells whether the Page does not send its messages to our app.
func (c *Channel) unsubscribed(ctx context.Context, app string) (bool, error) {
	result, err := c.ask(ctx, &exchange{Client: c.client}, c.cfg.Token, "me/subscribed_apps", nil)
	if forbidden(err) {
		return false, nil
	}
	if err != nil {
		return false, sendError(err)
	}
	var apps []struct {
		ID     string   `facebook:"id"`
		Fields []string `facebook:"subscribed_fields"`
	}
	if err := result.DecodeField("data", &apps); err != nil {
		return false, &channel.SendError{Failure: channel.Temporary, Code: "subscribed_apps: the answer is of another kind"}
	}
	for _, a := range apps {
		if (app == "" || a.ID == app) && slices.Contains(a.Fields, "messages") && slices.Contains(a.Fields, "messaging_postbacks") {
			return false, nil
		}
	}
	return true, nil
}

// astray tells whether the app's webhook is another address than ours, or off. It is asked with the app's own token.
func (c *Channel) astray(ctx context.Context, app string) (bool, error) {
	if _, err := strconv.ParseUint(app, 10, 64); err != nil || c.cfg.WebhookURL == "" {
		return false, nil //nolint:nilerr // the app is not known, so it cannot be asked about
	}
	result, err := c.ask(ctx, &exchange{Client: c.client}, app+"|"+c.cfg.AppSecret, app+"/subscriptions", nil)
	if forbidden(err) {
		return false, nil
	}
	if err != nil {
		return false, sendError(err)
	}
	var subscriptions []struct {
		Object string `facebook:"object"`
		URL    string `facebook:"callback_url"`
		Active bool   `facebook:"active"`
	}
	if err := result.DecodeField("data", &subscriptions); err != nil {
		return false, &channel.SendError{Failure: channel.Temporary, Code: "subscriptions: the answer is of another kind"}
	}
	for _, s := range subscriptions {
		if s.Object == "page" && s.Active && strings.TrimRight(s.URL, "/") == c.cfg.WebhookURL {
			return false, nil
		}
	}
	return true, nil
}

// ask reads from the Graph.
func (c *Channel) ask(ctx context.Context, x *exchange, token, path string, params fb.Params) (fb.Result, error) {
	all := fb.Params{"method": "get"}
	for name, value := range params {
		all[name] = value
	}
	return c.perform(ctx, x, token, fb.POST, path, all)
}

// forbidden tells whether Meta says that this token may not ask, which it may nevertheless be good for sending.
func forbidden(err error) bool {
	e, ok := err.(*callError) //nolint:errorlint // perform wraps nothing around it
	return ok && (e.code == 100 && !strings.Contains(strings.ToLower(e.words), "appsecret_proof") || e.code == 10 || e.code == 200 || e.code == 2500)
}

// Restore implements channel.Inspector: it subscribes the app to the Page's messages.
func (c *Channel) Restore(ctx context.Context) error {
	if err := c.subscribe(ctx); err != nil {
		return sendError(err)
	}
	return nil
}
