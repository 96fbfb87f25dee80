/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/mezzanotte/mezzanotte/internal/booking/postgres"
	"github.com/mezzanotte/mezzanotte/internal/booking/process"
)

// options are the flags.
type options struct {
	database    string
	keys        string
	connections int

	channelType   string
	channel       string
	catalog       string
	listen        string
	metricsListen string
	pprofAddress  string
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
	flags.StringVar(&o.channelType, "channel-type", "", channelTypeNames())
	flags.StringVar(&o.channel, "channel", os.Getenv("MEZZANOTTE_CHANNEL"), "the channel's `name`")
	flags.StringVar(&o.catalog, "catalog", "/etc/mezzanotte/catalog/catalog.json", "`file` with the catalog of hubs and openings; it is read again when it changes")
	flags.StringVar(&o.listen, "listen", ":8080", "`address` for requests and probes")
	flags.StringVar(&o.metricsListen, "metrics-listen", ":9090", "`address` for metrics, which nobody outside should reach; empty for none")
	flags.StringVar(&o.pprofAddress, "pprof-address", "", "`address` for profiles (net/http/pprof), such as 127.0.0.1:6060; empty for none")
	flags.StringVar(&o.mail, "mail", "", "`directory` with the mail server's settings; empty sends no confirmations")
	flags.StringVar(&o.signIn, "sign-in", "", "`directory` with the agents who may sign in at a desk")
	flags.StringSliceVar(&o.proxies, "trusted-proxies", nil, "`networks` of proxies whose X-Forwarded-For is trusted; private networks by default")
	flags.StringVar(&o.publicURL, "public-url", "", "`URL` of this server for the public, used in published links; cookies need TLS unless it begins with http://")
	flags.IntVar(&o.horizon, "horizon-days", 120, "make slots for this `number` of days from today")
	flags.DurationVar(&o.drain, "drain", 20*time.Second, "`duration` that begun requests may take after SIGTERM")
	flags.BoolVarP(&o.verbose, "verbose", "v", false, "also log every refused request")
	flags.DurationVar(&o.clockAhead, "clock-ahead", 0, "for tests: `duration` by which this process's clock is ahead")
	_ = flags.MarkHidden("clock-ahead") // the flag exists
}

// bindStore declares the flags of all commands that use the store.
func (o *options) bindStore(flags *pflag.FlagSet) {
	flags.StringVar(&o.database, "database", "", "`file` with the database's connection URI")
	flags.StringVar(&o.keys, "identifier-keys", "", "`directory` with the keys that hash and encrypt people's identifiers")
	flags.IntVar(&o.connections, "database-connections", 4, "maximum `number` of connections to the database")
}

// check returns the first mistake in the server's flags, and what to write instead.
func (o options) check() error {
	_, known := o.kind()
	switch {
	case !known:
		return fmt.Errorf("--channel-type is %q: write %s", o.channelType, channelTypeNames())
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
	if err := o.checkPprof(); err != nil {
		return err
	}
	return o.checkStore()
}

// checkPprof refuses addresses that would open profiles to all networks by accident.
func (o options) checkPprof() error {
	if o.pprofAddress == "" {
		return nil
	}
	host, port, err := net.SplitHostPort(o.pprofAddress)
	_, noAddress := netip.ParseAddr(host)
	if err != nil || port == "" || host != "localhost" && noAddress != nil {
		return fmt.Errorf("--pprof-address is %q: write an IP address and a port, such as 127.0.0.1:6060", o.pprofAddress)
	}
	return nil
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

// networks parses the networks of proxies; nil if there are none.
func (o options) networks() ([]netip.Prefix, error) {
	var networks []netip.Prefix
	for _, text := range o.proxies {
		network, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("--trusted-proxies: %q is not a network: write one such as 10.0.0.0/8", text)
		}
		networks = append(networks, network)
	}
	return networks, nil
}

// openStore reads the files that the store needs. It does not wait for the database.
func (o options) openStore(ctx context.Context) (*postgres.Store, *process.Keys, error) {
	uri, err := os.ReadFile(o.database)
	if err != nil {
		return nil, nil, fmt.Errorf("--database: %w", err)
	}
	keys, err := process.LoadKeys(o.keys)
	if err != nil {
		return nil, nil, err
	}
	s, err := postgres.Open(ctx, postgres.Options{URI: strings.TrimSpace(string(uri)), Connections: o.connections, Keys: keys.Load})
	if err != nil {
		return nil, nil, fmt.Errorf("--database: %w", err)
	}
	return s, keys, nil
}
