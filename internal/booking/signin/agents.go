/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package signin

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// agents are those of a file.
type agents struct {
	byName map[string]*agent
	all    []*agent // in the order of the file
	turns  chan struct{}
}

// agent is one line.
type agent struct {
	name string
	hash hash
	mark string // changes with the password
}

const (
	rightLine   = "write NAME:HASH, as `booking new-agent NAME` prints it"
	rightName   = "write at most 64 small letters, digits and . _ - @"
	longestName = 64
)

// parseAgents reads a file of agents. Its errors say on which line what is wrong, and
// never what is there, but for a right name.
func parseAgents(text string) (*agents, error) {
	out := &agents{byName: map[string]*agent{}, turns: make(chan struct{}, atOnce)}
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		a, err := parseAgent(line)
		if err != nil {
			return nil, fmt.Errorf("line %d %w", n, err)
		}
		if out.byName[a.name] != nil {
			return nil, fmt.Errorf("line %d is of %s, who has a line already: remove one of them", n, a.name)
		}
		out.byName[a.name] = a
		out.all = append(out.all, a)
	}
	if len(out.all) == 0 {
		return nil, errors.New("has no agent, so nobody could sign in: " + rightLine)
	}
	return out, nil
}

func parseAgent(line string) (*agent, error) {
	name, text, found := strings.Cut(line, ":")
	switch {
	case !found:
		return nil, errors.New("is no agent: " + rightLine)
	case !isName(name):
		return nil, errors.New("has no right name: " + rightName)
	}
	h, err := parseHash(text)
	if err != nil {
		return nil, fmt.Errorf("is of %s, whose hash %w", name, err)
	}
	return &agent{name: name, hash: h, mark: mark(line)}, nil
}

// isName tells whether an agent may be called so.
func isName(name string) bool {
	const of = "abcdefghijklmnopqrstuvwxyz0123456789._-@"
	return name != "" && len(name) <= longestName && strings.Trim(name, of) == ""
}

// canonical is a name as files have it.
func canonical(typed string) string {
	if len(typed) > 4*longestName {
		return ""
	}
	return strings.ToLower(strings.TrimSpace(typed))
}

// atOnce is how many passwords a process looks at, at most: each takes 19 MiB.
const atOnce = 2

// check tells whether a password is an agent's. A name that nobody has costs as much:
// the work of an agent who is always the same for that name.
func (a *agents) check(ctx context.Context, secret []byte, name, password string) (bool, error) {
	select {
	case a.turns <- struct{}{}:
		defer func() { <-a.turns }()
	case <-ctx.Done():
		return false, ctx.Err()
	}
	of, known := a.byName[name]
	if !known {
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte(name))
		of = a.all[binary.BigEndian.Uint64(mac.Sum(nil))%uint64(len(a.all))]
	}
	right := of.hash.matches(password)
	return right && known, nil
}
