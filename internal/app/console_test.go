package app

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"ogpbot/internal/channel/channeltest/fakebot"
)

// What a citizen asks in their chat is found in the console, and answered from there.
func TestAnsweredFromTheConsole(t *testing.T) {
	p := start(t, settings(t), fakebot.Options{})
	const ana = 73
	p.telegram.SendText(ana, "/start")
	p.hears(t, ana, 1, "მზიანის")
	p.telegram.SendText(ana, "რამდენი კატა ცხოვრობს მთვარეზე?")
	p.hears(t, ana, 2, "გადავეცი")
	d := p.desk(t, "eka")
	question := regexp.MustCompile(`/console/questions/\d+`).FindString(d.open("/console/questions"))
	if question == "" {
		t.Fatal("the question is not listed")
	}
	d.send(question+"/answer", url.Values{"words": {"არც ერთი."}})
	p.says(t, ana, "არც ერთი.")

	p.telegram.SendText(ana, "/human")
	p.telegram.SendText(ana, "დამირეკეთ ხვალ")
	citizen := ""
	for end := time.Now().Add(patience); citizen == ""; { // until the program has taken it
		if body := d.open("/console/talks"); strings.Contains(body, "დამირეკეთ ხვალ") {
			citizen = regexp.MustCompile(`/console/conversations/(\w+)#answer`).FindStringSubmatch(body)[1]
		}
		if time.Now().After(end) {
			t.Fatal("the wish for a person is not listed")
		}
	}
	d.send("/console/talks/"+citizen+"/say", url.Values{"words": {"ხვალ დაგირეკავთ."}})
	p.says(t, ana, "ხვალ დაგირეკავთ.")
	d.send("/console/talks/"+citizen+"/end", url.Values{})
	p.says(t, ana, "ისევ მე, ბოტი")
	if body := d.open("/console/conversations?q=damirekeT"); !strings.Contains(body, citizen) {
		t.Error("the words are not found in Latin letters")
	}
}
