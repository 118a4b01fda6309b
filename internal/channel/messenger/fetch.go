package messenger

import (
	"context"
	"net/url"
	"strings"

	"ogpbot/internal/channel"
)

var _ channel.Fetcher = (*Channel)(nil)

// fileHosts are those of Meta that hold what citizens send. Whoever could make us ask another host would make us ask one of
// our own network.
var fileHosts = []string{".fbcdn.net", ".fbsbx.com"}

// Fetch implements channel.Fetcher. ref is the URL that a delivery gave; Meta lets it run out after a while.
func (c *Channel) Fetch(ctx context.Context, ref string) ([]byte, error) {
	if !ofMeta(ref) {
		return nil, channel.ErrNoFile
	}
	ctx, cancel := context.WithTimeout(ctx, channel.FetchTime)
	defer cancel()
	return channel.Download(ctx, c.client, ref)
}

// ofMeta tells whether a URL leads to one of fileHosts.
func ofMeta(ref string) bool {
	u, err := url.Parse(ref)
	if err != nil || u.Scheme != "https" || u.User != nil || u.Port() != "" && u.Port() != "443" {
		return false
	}
	host := strings.ToLower(u.Hostname())
	for _, of := range fileHosts {
		if strings.HasSuffix(host, of) && matches(`^[a-z0-9.-]+$`, host) {
			return true
		}
	}
	return false
}
