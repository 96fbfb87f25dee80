/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/pflag"

	"github.com/mezzanotte/mezzanotte/internal/booking/keyring"
	"github.com/mezzanotte/mezzanotte/internal/booking/postgres"
)

// options are what the command line says.
type options struct {
	database    string
	keys        string
	connections int

	channelType   string
	channel       string
	catalog       string
	listen        string
	metricsListen string
	mail          string
	signIn        string
	proxies       []string
	publicURL     string
	horizon       int
	drain         time.Duration
	verbose       bool
	clockAhead    time.Duration
}

// bind declares the flags of the server.
func (o *options) bind(flags *pflag.FlagSet) {
	o.bindStore(flags)
	flags.StringVar(&o.channelType, "channel-type", "", "web, app or desk")
	flags.StringVar(&o.channel, "channel", os.Getenv("MEZZANOTTE_CHANNEL"), "the channel's `name`")
	flags.StringVar(&o.catalog, "catalog", "/etc/mezzanotte/catalog/catalog.json", "`file` with the catalog of hubs and openings, read again when it changes")
	flags.StringVar(&o.listen, "listen", ":8080", "`address` for requests and probes")
	flags.StringVar(&o.metricsListen, "metrics-listen", ":9090", "`address` for metrics, which nobody outside should reach; \"\": none")
	flags.StringVar(&o.mail, "mail", "", "`directory` with the mail server's settings; without it nobody is sent a confirmation")
	flags.StringVar(&o.signIn, "sign-in", "", "`directory` with the agents who may use a desk")
	flags.StringSliceVar(&o.proxies, "trusted-proxies", nil, "`networks` whose X-Forwarded-For is believed; private networks where none is said")
	flags.StringVar(&o.publicURL, "public-url", "", "`URL` at which the outside reaches this server, for links in what is published; cookies travel without TLS only where it begins with http://")
	flags.IntVar(&o.horizon, "horizon-days", 120, "for `how many` days from today slots are made")
	flags.DurationVar(&o.drain, "drain", 20*time.Second, "`how long` what was begun may take when the server is told to end")
	flags.BoolVarP(&o.verbose, "verbose", "v", false, "log every request that is refused, too")
	flags.DurationVar(&o.clockAhead, "clock-ahead", 0, "for tests: `how far` this process's clock is ahead")
	_ = flags.MarkHidden("clock-ahead") // there is such a flag
}

// bindStore declares the flags of whatever needs the store.
func (o *options) bindStore(flags *pflag.FlagSet) {
	flags.StringVar(&o.database, "database", "", "`file` with the database's connection URI")
	flags.StringVar(&o.keys, "identifier-keys", "", "`directory` with the keys that hash and seal people's identifiers")
	flags.IntVar(&o.connections, "database-connections", 4, "`how many` connections to the database, at most")
}

// check tells what is wrong with the flags of the server, and what would be right.
func (o options) check() error {
	switch {
	case o.channelType != "web" && o.channelType != "app" && o.channelType != "desk":
		return fmt.Errorf("--channel-type is %q: write web, app or desk", o.channelType)
	case o.channel == "":
		return errors.New("--channel is missing: write the channel's name")
	case o.horizon < 1 || o.horizon > 366:
		return fmt.Errorf("--horizon-days is %d: write 1 to 366", o.horizon)
	case o.drain < 0:
		return fmt.Errorf("--drain is %v: write 0s or more", o.drain)
	}
	if _, err := o.networks(); err != nil {
		return err
	}
	return o.checkStore()
}

func (o options) checkStore() error {
	switch {
	case o.database == "":
		return errors.New("--database is missing: write the file that holds the database's connection URI")
	case o.keys == "":
		return errors.New("--identifier-keys is missing: write the directory that holds the keys; `booking new-key` makes one")
	case o.connections < 1 || o.connections > 1000:
		return fmt.Errorf("--database-connections is %d: write 1 to 1000", o.connections)
	}
	return nil
}

// networks are those of proxies; nil where none is said.
func (o options) networks() ([]netip.Prefix, error) {
	var networks []netip.Prefix
	for _, text := range o.proxies {
		network, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("--trusted-proxies: %q is no network: write one such as 10.0.0.0/8", text)
		}
		networks = append(networks, network)
	}
	return networks, nil
}

// ring holds the identifier keys as they were last read.
type ring struct {
	directory string
	keys      atomic.Pointer[keyring.Keys]
	shared    string // the key that the store last said every process has
}

// read reads the keys again; those that there were stay where they cannot be read.
func (r *ring) read() error {
	keys, err := keyring.Load(r.directory)
	if err != nil {
		return fmt.Errorf("read the identifier keys: %w", err)
	}
	r.keys.Store(keys.Sharing(r.shared))
	return nil
}

// share says which key every process has.
func (r *ring) share(name string) {
	r.shared = name
	r.keys.Store(r.keys.Load().Sharing(name))
}

// openStore reads the files that the store needs. The database need not answer yet.
func (o options) openStore(ctx context.Context) (*postgres.Store, *ring, error) {
	uri, err := os.ReadFile(o.database)
	if err != nil {
		return nil, nil, fmt.Errorf("--database: %w", err)
	}
	keys := &ring{directory: o.keys}
	if err := keys.read(); err != nil {
		return nil, nil, err
	}
	s, err := postgres.Open(ctx, postgres.Options{URI: strings.TrimSpace(string(uri)), Connections: o.connections, Keys: keys.keys.Load})
	if err != nil {
		return nil, nil, fmt.Errorf("--database: %w", err)
	}
	return s, keys, nil
}
