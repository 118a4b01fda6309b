package fakegraph

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"
)

// Limits of developers.facebook.com/docs/messenger-platform/reference/messenger-profile-api and .../docs/pages-api/posts.
const (
	maxGreeting    = 160
	maxMenu        = 20
	maxMenuTitle   = 30
	maxIceBreakers = 4
	soonestPost    = 10 * time.Minute
	latestPost     = 30 * 24 * time.Hour
)

// Post is a post on the Page.
type Post struct {
	ID, Message, Link string
	At                time.Time // zero: published at once
}

// Posts returns the posts so far.
func (s *Server) Posts() []Post {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.posts)
}

// Profile returns the properties of the Messenger profile as JSON, and how often they were written or deleted.
func (s *Server) Profile() (properties map[string]string, writes int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.profile), s.profiles
}

// Subscribed lists the fields that the app is subscribed to; none if it is not.
func (s *Server) Subscribed() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.subscribed)
}

func (s *Server) publish(p map[string]string) (string, *Failure) {
	if p["message"] == "" && p["link"] == "" {
		return "", invalid("You must provide a message or a link")
	}
	post := Post{Message: p["message"], Link: p["link"]}
	if p["published"] == "false" {
		unix, err := strconv.ParseInt(p["scheduled_publish_time"], 10, 64)
		post.At = time.Unix(unix, 0)
		// Seconds may have passed since the bot looked at its clock.
		if ahead := post.At.Sub(s.now()); err != nil || ahead < soonestPost-time.Minute || ahead > latestPost {
			return "", invalid("The specified scheduled publish time is invalid.")
		}
	} else if p["scheduled_publish_time"] != "" {
		return "", invalid("You cannot specify a scheduled publish time on a published post.")
	}
	s.lastID++
	post.ID = PageID + "_" + strconv.Itoa(s.lastID)
	s.posts = append(s.posts, post)
	return fmt.Sprintf(`{"id":%q}`, post.ID), nil
}

type localized struct {
	Locale string `json:"locale"`
	Text   string `json:"text"`
	Calls  []struct {
		Type     string `json:"type"`
		Title    string `json:"title"`
		Question string `json:"question"`
		Payload  string `json:"payload"`
	} `json:"call_to_actions"`
}

func (s *Server) setProfile(p map[string]string) (string, *Failure) {
	for name, raw := range p {
		var started struct {
			Payload string `json:"payload"`
		}
		wrong := ""
		switch name {
		case "format", "method":
			continue
		case "get_started":
			if json.Unmarshal([]byte(raw), &started) != nil || started.Payload == "" || len(started.Payload) > maxPayload {
				wrong = "a payload of 1 to 1000 characters is required"
			}
		case "greeting", "persistent_menu", "ice_breakers":
			wrong = checkLocalized(name, raw)
		default:
			wrong = "no such property"
		}
		if wrong != "" {
			return "", invalid(name + ": " + wrong)
		}
	}
	if p["persistent_menu"] != "" && p["get_started"] == "" && s.profile["get_started"] == "" {
		return "", &Failure{Status: 400, Code: 100, Subcode: 2018145, Message: "(#100) You must set a Get Started button if you also wish to use persistent menu"}
	}
	for name, raw := range p {
		if name != "format" && name != "method" {
			s.profile[name] = raw
		}
	}
	s.profiles++
	return `{"result":"success"}`, nil
}

// checkLocalized returns what is wrong with a property that has a value for each locale.
func checkLocalized(name, raw string) string {
	var values []localized
	if err := json.Unmarshal([]byte(raw), &values); err != nil {
		return "a list is expected"
	}
	seen := map[string]bool{}
	for _, v := range values {
		if seen[v.Locale] {
			return "two values for one locale"
		}
		seen[v.Locale] = true
		most := map[string]int{"persistent_menu": maxMenu, "ice_breakers": maxIceBreakers}[name]
		if name != "greeting" && len(v.Calls) == 0 || len(v.Calls) > most {
			return fmt.Sprintf("%d calls to action", len(v.Calls))
		}
		if name == "greeting" && (v.Text == "" || units(v.Text) > maxGreeting) {
			return "a text of 1 to 160 characters is required"
		}
		for _, c := range v.Calls {
			label := c.Title
			if name == "ice_breakers" {
				label = c.Question
			}
			if label == "" || c.Payload == "" || name == "persistent_menu" && (c.Type != "postback" || units(c.Title) > maxMenuTitle) {
				return "a call to action is incomplete or too long"
			}
		}
	}
	if !seen["default"] {
		return "a value for the locale default is required"
	}
	return ""
}

func (s *Server) clearProfile(p map[string]string) (string, *Failure) {
	var fields []string
	if json.Unmarshal([]byte(p["fields"]), &fields) != nil || len(fields) == 0 {
		return "", invalid("The parameter fields is required.")
	}
	if slices.Contains(fields, "get_started") && s.profile["persistent_menu"] != "" && !slices.Contains(fields, "persistent_menu") {
		return "", invalid("Remove the persistent menu first")
	}
	for _, f := range fields {
		delete(s.profile, f)
	}
	s.profiles++
	return `{"result":"success"}`, nil
}
