/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package ground

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"

	"github.com/mezzanotte/mezzanotte/test/pgserver"
)

// Database is a PostgreSQL on this machine that pods can reach.
type Database struct {
	*pgserver.Server
	host string
}

// trusted lists this machine and the addresses of test clusters, which lead nowhere else.
const trusted = `host all all 127.0.0.1/32 trust
host all all 198.18.0.0/15 trust
`

// StartDatabase starts a PostgreSQL that this machine and the cluster's pods can reach.
func (g *Ground) StartDatabase(ctx context.Context) (*Database, error) {
	rules := filepath.Join(g.Directory, "pg_hba.conf")
	if err := os.WriteFile(rules, []byte(trusted), 0o644); err != nil {
		return nil, fmt.Errorf("configure access to PostgreSQL: %w", err)
	}
	host, settings := "127.0.0.1", map[string]string{}
	if g.Real {
		host = g.Machine
		settings["listen_addresses"], settings["hba_file"] = "127.0.0.1,"+host, rules
	}
	server, err := pgserver.Start(ctx, pgserver.Options{Settings: settings})
	if err != nil {
		return nil, err
	}
	return &Database{server, host}, nil
}

// URIForPods returns the address at which pods reach one of its databases.
func (d *Database) URIForPods(database string) string {
	address := url.URL{
		Scheme: "postgres", User: url.User(pgserver.Superuser),
		Host: net.JoinHostPort(d.host, strconv.Itoa(d.Port())), Path: "/" + database, RawQuery: "sslmode=disable",
	}
	return address.String()
}
