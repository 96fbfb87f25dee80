/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/mezzanotte/mezzanotte/internal/booking/desk"
	"github.com/mezzanotte/mezzanotte/internal/booking/server"
	"github.com/mezzanotte/mezzanotte/internal/booking/signin"
)

// desk returns the pages of a call centre's channel.
func (a *assembly) desk() (server.Pages, error) {
	if a.signIn != "" {
		networks, err := a.networks()
		if err != nil {
			return nil, err
		}
		a.signIns, err = signin.New(signin.Options{
			Directory: a.signIn, Keys: a.keys.Load, Clock: a.clock, Log: a.log, Plain: a.plain(),
			Address: func(r *http.Request) string {
				if from := server.Client(r, networks); from.IsValid() {
					return from.String()
				}
				peer, _, _ := net.SplitHostPort(r.RemoteAddr) // an agent in the same network, or a proxy
				return peer
			},
		})
		if err != nil {
			return nil, fmt.Errorf("--sign-in: %w", err)
		}
	} else {
		a.log.Warn("Nobody can use this desk: set --sign-in to the directory with its agents")
	}
	return desk.New(desk.Options{
		Catalog: a.binding, Clerk: a.clerk, Authenticator: a.signIns, Keys: a.keys.Load, Log: a.log, Plain: a.plain(),
	})
}

// agent returns a function that finds the agent of a request; nil outside the call centre.
func (a *assembly) agent(kind channelType) func(*http.Request) (agent string, signedIn bool) {
	switch {
	case !kind.callCentre:
		return nil
	case a.signIns == nil:
		return func(*http.Request) (string, bool) { return "", false }
	}
	return a.signIns.Agent
}

func newAgentCommand() *cobra.Command {
	return &cobra.Command{
		Use: "new-agent NAME", Short: "Read a password from standard input and print the agent's line for --sign-in", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			password, err := readPassword(c)
			if err != nil {
				return fmt.Errorf("read the password: %w", err)
			}
			line, err := signin.NewLine(args[0], password)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(c.OutOrStdout(), line)
			return err
		},
	}
}

// readPassword reads one line, which a terminal does not show.
func readPassword(c *cobra.Command) (string, error) {
	in := c.InOrStdin()
	if file, ok := in.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		fmt.Fprint(c.ErrOrStderr(), "Password: ")
		password, err := term.ReadPassword(int(file.Fd()))
		fmt.Fprintln(c.ErrOrStderr())
		return string(password), err
	}
	const most = 4 << 10
	password, err := bufio.NewReader(io.LimitReader(in, most)).ReadString('\n')
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return strings.TrimRight(password, "\r\n"), err
}
