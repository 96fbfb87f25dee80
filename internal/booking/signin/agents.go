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

// agents are the lines of a file.
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

// parseAgents reads a file of agents. Its errors name the line and the mistake. They repeat
// nothing of the line but a valid name.
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
			return nil, fmt.Errorf("line %d is another one for %s: remove one of them", n, a.name)
		}
		out.byName[a.name] = a
		out.all = append(out.all, a)
	}
	if len(out.all) == 0 {
		return nil, errors.New("has no agents, so nobody could sign in: " + rightLine)
	}
	return out, nil
}

func parseAgent(line string) (*agent, error) {
	name, text, found := strings.Cut(line, ":")
	switch {
	case !found:
		return nil, errors.New("is not an agent: " + rightLine)
	case !isName(name):
		return nil, errors.New("has an invalid name: " + rightName)
	}
	h, err := parseHash(text)
	if err != nil {
		return nil, fmt.Errorf("is for %s, whose hash %w", name, err)
	}
	return &agent{name: name, hash: h, mark: mark(line)}, nil
}

// isName reports whether an agent may have this name.
func isName(name string) bool {
	const of = "abcdefghijklmnopqrstuvwxyz0123456789._-@"
	return name != "" && len(name) <= longestName && strings.Trim(name, of) == ""
}

// canonical returns a typed name as files have it.
func canonical(typed string) string {
	if len(typed) > 4*longestName {
		return ""
	}
	return strings.ToLower(strings.TrimSpace(typed))
}

// atOnce is the maximum number of passwords that a process checks at once: each takes 19 MiB.
const atOnce = 2

// check reports whether a password is an agent's. An unknown name costs equal work: the
// secret assigns it an agent, always the same one, whose hash is computed.
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
