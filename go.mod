module ogpbot

go 1.26

require (
	github.com/alecthomas/kong v1.17.0
	github.com/go-telegram-bot-api/telegram-bot-api/v5 v5.5.1
	github.com/huandu/facebook/v2 v2.9.1 // not v2.9.2: the module proxy refuses it (403)
	github.com/rivo/uniseg v0.4.7
	go.etcd.io/bbolt v1.5.0
)

require (
	github.com/chromedp/cdproto v0.159.0
	github.com/chromedp/chromedp v0.23.0
	go.yaml.in/yaml/v4 v4.0.0
)

require (
	github.com/go-json-experiment/json v0.0.0-20260213210345-44df1a37e875 // indirect
	golang.org/x/sys v0.45.0 // indirect
)
