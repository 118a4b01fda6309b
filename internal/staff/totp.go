package staff

import (
	"crypto/subtle"
	"fmt"
	"image/png"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
)

const (
	totpPeriod = 30 // seconds
	totpDrift  = 1  // steps that a telephone's clock may be wrong
	qrSize     = 232
)

// totpStep finds the step whose code was typed. Codes of steps up to used are good no more.
func totpStep(secret, typed string, now time.Time, used uint64) (step uint64, ok bool) {
	this := uint64(now.Unix()) / totpPeriod
	for step := this - totpDrift; step <= this+totpDrift; step++ {
		code, err := hotp.GenerateCode(secret, step)
		if err == nil && step > used && subtle.ConstantTimeCompare([]byte(code), []byte(typed)) == 1 {
			return step, true
		}
	}
	return 0, false
}

// newTOTP draws what an authenticator is to share with us.
func newTOTP(issuer, login string) (secret string, err error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: login, SecretSize: 20})
	if err != nil {
		return "", fmt.Errorf("staff: make a secret for an authenticator: %w", err)
	}
	return key.Secret(), nil
}

// Authenticator is what somebody sets up in their authenticator app.
type Authenticator struct {
	Secret string // to be typed
	URL    string // the same, for the app to open
}

func authenticator(issuer, login, secret string) Authenticator {
	u := url.URL{Scheme: "otpauth", Host: "totp", Path: "/" + issuer + ":" + login,
		RawQuery: strings.ReplaceAll(url.Values{"secret": {secret}, "issuer": {issuer}}.Encode(), "+", "%20")}
	return Authenticator{secret, u.String()}
}

// WriteQR writes a picture of it to be scanned, as PNG.
func (a Authenticator) WriteQR(w io.Writer) error {
	key, err := otp.NewKeyFromURL(a.URL)
	if err != nil {
		return fmt.Errorf("staff: read an authenticator's address: %w", err)
	}
	img, err := key.Image(qrSize, qrSize)
	if err != nil {
		return fmt.Errorf("staff: draw an authenticator's address: %w", err)
	}
	return png.Encode(w, img)
}

// digits is a code as it was meant: without the spaces that apps and people put in.
func digits(typed string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, typed)
}
