/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package desk

import (
	"errors"
	"net/http"
	"strings"

	"github.com/mezzanotte/mezzanotte/internal/booking/page"
	"github.com/mezzanotte/mezzanotte/internal/booking/signin"
)

// signInData holds the values of the template.
type signInData struct {
	ByPassword bool
	Name       string
}

// signInPage asks an agent to sign in.
func (d *Desk) signInPage() result {
	return result{template: "signin", title: "desk.signin.title", data: signInData{ByPassword: d.Authenticator.ByPassword()}}
}

func (d *Desk) showSignIn(v *visit) result {
	if v.agent != "" {
		return result{to: v.to("/")}
	}
	return d.signInPage()
}

// signIn signs an agent in by name and password.
func (d *Desk) signIn(v *visit) result {
	name := page.Field(v.form, "name")
	_, err := d.Authenticator.Password(v, v.request, name, v.form.Get("password"))
	if err == nil {
		return result{to: v.to("/")}
	}
	v.agent = ""
	out := d.signInPage()
	out.data = signInData{ByPassword: d.Authenticator.ByPassword(), Name: name}
	var limited signin.RateLimitError
	switch {
	case errors.As(err, &limited):
		out.alert, out.status, out.after = v.words.Say("desk.signin.often", v.words.Length(limited.After)), http.StatusTooManyRequests, limited.After
	case errors.Is(err, signin.ErrWrong):
		out.problems, out.status = page.Problems{{Field: "name", Text: v.words.Say("desk.signin.wrong")}}, http.StatusForbidden
	default:
		v.why = err
		out.alert, out.status, out.after = v.words.Say("refusal.again.text"), http.StatusServiceUnavailable, page.Soon
	}
	return out
}

// toProvider redirects an agent to the provider.
func (d *Desk) toProvider(v *visit) result {
	if d.Authenticator.ByPassword() {
		return result{to: v.to("/sign-in")}
	}
	to, err := d.Authenticator.Begin(v, v.request, v.words.Tag())
	if err != nil {
		return d.notSignedIn(v, err)
	}
	return result{to: to}
}

// fromProvider signs in an agent who returns from the provider. Because they come from another
// site, their browser sends the session's cookie only with the next page. This page leads
// there at once.
func (d *Desk) fromProvider(v *visit) result {
	if v.request.Method != http.MethodGet {
		return v.message(http.StatusMethodNotAllowed, "nowhere")
	}
	_, back, err := d.Authenticator.Finish(v, v.request)
	for _, l := range d.languages {
		if l.Tag() == back {
			v.words = l
		}
	}
	if err != nil {
		return d.notSignedIn(v, err)
	}
	return result{template: "welcome", title: "desk.welcome.title"}
}

// notSignedIn explains why an agent could not sign in.
func (d *Desk) notSignedIn(v *visit, err error) result {
	out := d.signInPage()
	switch {
	case errors.Is(err, signin.ErrNoAgent):
		out.alert, out.status = v.words.Say("desk.signin.no_agent"), http.StatusForbidden
	case errors.Is(err, signin.ErrTooOld):
		out.alert, out.status = v.words.Say("desk.signin.too_old"), http.StatusBadRequest
	default:
		v.why = err
		d.complaints.Do(func() { d.Log.Error("Agents cannot sign in", "error", plain(err)) })
		out.alert, out.status, out.after = v.words.Say("desk.signin.away"), http.StatusServiceUnavailable, page.Soon
	}
	return out
}

// plain returns the first line of an error: the rest may be the provider's own text.
func plain(err error) string {
	text, _, _ := strings.Cut(err.Error(), "\n")
	const most = 300
	return text[:min(len(text), most)]
}

// signOut ends a session.
func (d *Desk) signOut(v *visit) result {
	d.Authenticator.SignOut(v, v.request)
	return result{to: v.to("/sign-in")}
}
