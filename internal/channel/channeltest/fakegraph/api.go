package fakegraph

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"ogpbot/internal/channel/channeltest/fakeserver"
)

// maxRequest bounds what the bot may send, in bytes.
const maxRequest = 8 << 20

// ServeHTTP answers /<version>/me/<edge>, and what the bot asks of its token and app.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if h := s.intercept.Load(); h != nil {
		(*h).ServeHTTP(w, r)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxRequest)
	edge, params, fail := s.admit(r)
	if fail == nil {
		var result string
		result, fail = s.call(r.Method, edge, params)
		fakeserver.Pause(r.Context(), s.ctx, s.opts.Latency)
		if fail == nil {
			w.Header().Set("Content-Type", "application/json; charset=UTF-8")
			fmt.Fprint(w, result)
			return
		}
	}
	s.write(w, r, *fail)
}

// admit checks who calls and returns what for.
func (s *Server) admit(r *http.Request) (edge string, params map[string]string, fail *Failure) {
	version, path, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	edge, ok := edgeOf(path)
	if version != s.opts.Version || !ok {
		return "", nil, &Failure{Status: 400, Code: 2500, Message: "Unknown path components: " + r.URL.Path}
	}
	for _, secret := range []string{s.opts.Token, s.opts.AppSecret, s.proof} {
		if strings.Contains(r.URL.String(), url.QueryEscape(secret)) {
			s.problem("a secret is in the URL of " + edge)
		}
	}
	params, err := readParams(r)
	if err != nil {
		return "", nil, invalid(err.Error())
	}
	if _, ok := params["access_token"]; ok {
		s.problem("the token of " + edge + " is a parameter and not in the Authorization header")
	}
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	expected, proves := s.opts.Token, s.proof
	if edge == "subscriptions" {
		expected = strconv.Itoa(appID) + "|" + s.opts.AppSecret
		proves = proofOf(expected, s.opts.AppSecret)
	}
	if subtle.ConstantTimeCompare([]byte(token), []byte(expected)) != 1 {
		return "", nil, &Failure{Status: 401, Code: 190, Message: "Invalid OAuth access token - Cannot parse access token"}
	}
	proof := params["appsecret_proof"]
	delete(params, "appsecret_proof")
	switch {
	case proof == "":
		return "", nil, invalid("API calls from the server require an appsecret_proof argument")
	case subtle.ConstantTimeCompare([]byte(proof), []byte(proves)) != 1:
		return "", nil, invalid("Invalid appsecret_proof provided in the API argument")
	}
	return edge, params, nil
}

// edgeOf gives the last part of a path that the server knows.
func edgeOf(path string) (edge string, ok bool) {
	switch path {
	case "debug_token":
		return path, true
	case strconv.Itoa(appID) + "/subscriptions":
		return "subscriptions", true
	}
	return strings.CutPrefix(path, "me/")
}

// proofOf is the appsecret_proof that goes with a token.
func proofOf(token, secret string) string {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(token))
	return hex.EncodeToString(h.Sum(nil))
}

// readParams takes parameters from the query and from a form or JSON body, as the Graph API does.
func readParams(r *http.Request) (map[string]string, error) {
	out := map[string]string{}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		var body map[string]json.RawMessage
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			return nil, fmt.Errorf("can't parse JSON: %w", err)
		}
		for k, v := range body {
			var text string
			if json.Unmarshal(v, &text) != nil {
				text = string(v)
			}
			out[k] = text
		}
	}
	if err := r.ParseForm(); err != nil {
		return nil, fmt.Errorf("can't parse form: %w", err)
	}
	for k, v := range r.Form {
		out[k] = v[0]
	}
	return out, nil
}

// call records and runs one call.
func (s *Server) call(method, edge string, p map[string]string) (string, *Failure) {
	if m := p["method"]; m != "" {
		method = strings.ToUpper(m)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.mu.Announce()
	if !s.opts.Forgetful {
		s.calls = append(s.calls, Call{Edge: edge, Method: method, Params: p, At: s.now()})
	}
	if fail := s.failures.Next(edge); fail != nil {
		return "", fail
	}
	switch method + " " + edge {
	case "POST messages":
		return s.messages(p)
	case "POST messenger_profile":
		return s.setProfile(p)
	case "DELETE messenger_profile":
		return s.clearProfile(p)
	case "POST subscribed_apps":
		return s.subscribe(p)
	case "GET subscribed_apps":
		return s.subscribedApps(), nil
	case "GET debug_token":
		return s.debugToken(p)
	case "GET subscriptions":
		return s.subscriptions(), nil
	case "POST feed":
		return s.publish(p)
	}
	return "", &Failure{Status: 400, Code: 2500, Message: "Unknown path components: /" + edge}
}

// fieldsOfPages are those that an app may subscribe to, as far as Messenger goes
// (github.com/facebook/facebook-business-sdk-codegen, api_specs/specs/enum_types.json).
const fieldsOfPages = " messages messaging_postbacks messaging_referrals message_deliveries message_reads message_echoes message_edits" +
	" message_reactions messaging_optins messaging_optouts messaging_handovers standby message_template_status_update" +
	" messaging_policy_enforcement messaging_integrity feed "

func (s *Server) subscribe(p map[string]string) (string, *Failure) {
	fields := regexp.MustCompile(`[a-z_]+`).FindAllString(p["subscribed_fields"], -1)
	if len(fields) == 0 {
		return "", invalid("The parameter subscribed_fields is required.")
	}
	for _, f := range fields {
		if !strings.Contains(fieldsOfPages, " "+f+" ") {
			return "", invalid("Param subscribed_fields must be one of the fields of a Page; " + f + " is none")
		}
	}
	s.subscribed = fields
	return `{"success":true}`, nil
}
