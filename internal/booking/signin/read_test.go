/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package signin

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestNewLine(t *testing.T) {
	line, err := NewLine("anna", annas)
	if err != nil {
		t.Fatal(err)
	}
	a, err := parseAgent(line)
	if err != nil || a.name != "anna" || !a.hash.matches(annas) || a.hash.matches(annas+" ") {
		t.Errorf("%s is read as %+v, %v", line, a, err)
	}
	if again, _ := NewLine("anna", annas); again == line {
		t.Error("the same line twice: it has no salt")
	}
	for name, test := range map[string]struct{ name, password, want string }{
		"capitals":  {"Anna", annas, "small letters"},
		"no name":   {"", annas, "small letters"},
		"a colon":   {"a:b", annas, "small letters"},
		"too short": {"anna", "elevenchars", "12 to 256"},
		"too long":  {"anna", strings.Repeat("x", 257), "12 to 256"},
	} {
		if line, err := NewLine(test.name, test.password); err == nil || !strings.Contains(err.Error(), test.want) || line != "" {
			t.Errorf("%s: got %q, %v", name, line, err)
		}
	}
}

func noon() time.Time { return time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC) }

// TestWrongDirectories: errors name the file, the field and what to write instead, and never
// repeat the content.
func TestWrongDirectories(t *testing.T) {
	const right = `"issuer":"https://login.example.org","clientID":"desk","redirectURL":"https://desk.example.org/sign-in/callback","group":"agents"`
	anna := lines()["anna"]
	hash := strings.TrimPrefix(anna, "anna:")
	client := func(text string) map[string]string { return map[string]string{clientFile: text} }
	people := func(text string) map[string]string { return map[string]string{agentsFile: text} }
	for name, test := range map[string]struct {
		files map[string]string
		want  string
	}{
		"nothing":                  {nil, "contains neither agents, with a line for each agent, nor oidc.json"},
		"both":                     {map[string]string{agentsFile: anna, clientFile: "{" + right + "}"}, "contains both agents and oidc.json: remove one"},
		"nobody":                   {people("# nobody\n"), "agents, has no agents, so nobody could sign in"},
		"no hash":                  {people("anna\n"), "agents, line 1 is not an agent: write NAME:HASH"},
		"a password":               {people(anna + "\n\nbruno:hunter2\n"), "agents, line 3 is for bruno, whose hash is perhaps the password itself"},
		"a wrong name":             {people("Anna Rossi:" + hash), "line 1 has an invalid name: write at most 64 small letters"},
		"a name twice":             {people(anna + "\n" + anna), "line 2 is another one for anna"},
		"bcrypt":                   {people("anna:$2y$05$hunter2hunter2"), "line 1 is for anna, whose hash is not an argon2id hash"},
		"cut short":                {people("anna:$argon2id$v=19"), "is cut short"},
		"cut in the sum":           {people(anna[:len(anna)-30]), "is cut short"},
		"another version":          {people(strings.Replace(anna, "v=19", "v=16", 1)), "is not of argon2 version 19"},
		"costs everything":         {people(strings.Replace(anna, "m=19456", "m=4000000000", 1)), "has parameters that are too high or zero"},
		"costs nothing":            {people(strings.Replace(anna, "t=2", "t=0", 1)), "has parameters that are too high or zero"},
		"something after it":       {people(anna + "$x"), "is cut short"},
		"otherwise written":        {people(strings.Replace(anna, "t=2", "t=02", 1)), "is not in the usual form"},
		"no JSON":                  {client("hunter2"), "oidc.json: is invalid"},
		"an unknown field":         {client("{" + right + `,"secret":"hunter2"}`), `oidc.json: is invalid: json: unknown field "secret"`},
		"something after the end":  {client("{" + right + "} hunter2"), "has more than one value"},
		"no issuer":                {client("{}"), "oidc.json: issuer is missing: write the provider's address"},
		"no group":                 {client(strings.Replace("{"+right+"}", `"agents"`, `" "`, 1)), "group is missing: write the group that agents are in"},
		"an issuer without TLS":    {client(strings.Replace("{"+right+"}", "https://login", "http://login", 1)), "issuer is not encrypted: write one that begins with https://"},
		"an issuer that is none":   {client(strings.Replace("{"+right+"}", "https://login", "login", 1)), "issuer is not a URL"},
		"a user in it":             {client(strings.Replace("{"+right+"}", "https://login", "https://hunter2@login", 1)), "issuer has a user"},
		"elsewhere to come back":   {client(strings.Replace("{"+right+"}", "/sign-in/callback", "/", 1)), "redirectURL does not end in /sign-in/callback"},
		"a desk without TLS":       {client(strings.Replace("{"+right+"}", "https://desk", "http://desk", 1)), "redirectURL is not encrypted"},
		"a secret that is not":     {client("{" + right + `,"clientSecretFile":"client-secret"}`), "clientSecretFile is client-secret, which is missing or empty"},
		"a secret somewhere else":  {client("{" + right + `,"clientSecretFile":"../x"}`), "clientSecretFile is not a file name"},
		"an authority that is not": {map[string]string{clientFile: "{" + right + "}", rootsFile: "hunter2"}, "ca.crt beside it has no certificate"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for name, text := range test.files {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			_, err := New(Options{Directory: dir, Clock: noon})
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), dir) {
				t.Fatalf("got %v, want %q and where", err, test.want)
			}
			if strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), hash[30:]) {
				t.Errorf("it shows a secret: %v", err)
			}
		})
	}
	if _, err := New(Options{Directory: filepath.Join(t.TempDir(), "none"), Clock: noon}); err == nil {
		t.Error("a directory that is not")
	}
}

func FuzzParseAgents(f *testing.F) {
	f.Add(lines()["anna"])
	f.Add("# x\n\nanna:$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA")
	f.Add("anna:$")
	f.Fuzz(func(t *testing.T, text string) {
		all, err := parseAgents(text)
		if err != nil {
			return
		}
		for _, a := range all.all {
			again, err := parseAgent(a.name + ":" + a.hash.String())
			if err != nil || again.mark == "" || !isName(again.name) || again.hash.memory > mostMemory {
				t.Errorf("%q has %+v, %v", text, again, err)
			}
		}
	})
}

func FuzzParseClient(f *testing.F) {
	f.Add(`{"issuer":"https://login.example.org","clientID":"desk","redirectURL":"https://desk.example.org/sign-in/callback","group":"agents"}`)
	f.Add(`{"issuer":"http://[::1]","clientID":"a","redirectURL":"http://localhost/sign-in/callback","group":"b"}`)
	f.Fuzz(func(t *testing.T, text string) {
		c, err := parseClient(text, false)
		if err == nil && (address(c.Issuer, false) != nil || address(c.RedirectURL, false) != nil || c.Group == "") {
			t.Errorf("%q is read as %+v", text, c)
		}
	})
}
