/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"cmp"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/mezzanotte/mezzanotte/internal/booking"
	"github.com/mezzanotte/mezzanotte/internal/booking/keyring"
	"github.com/mezzanotte/mezzanotte/internal/booking/number"
	"github.com/mezzanotte/mezzanotte/internal/booking/postgres"
	"github.com/mezzanotte/mezzanotte/internal/booking/process"
)

// storeCommand returns a command that reads the store and prints.
func storeCommand(use, short string, do func(*cobra.Command, *postgres.Store) error) *cobra.Command {
	o := options{}
	c := &cobra.Command{
		Use: use, Short: short, Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			o.connections = max(o.connections, 1)
			if err := o.checkStore(); err != nil {
				return err
			}
			s, _, err := o.openStore(c.Context())
			if err != nil {
				return err
			}
			defer s.Close()
			return do(c, s)
		},
	}
	o.bindStore(c.Flags())
	return c
}

func auditCommand() *cobra.Command {
	var asJSON bool
	c := storeCommand("audit", "Recount everything from the rows; exit status 3 if something must never happen", func(c *cobra.Command, s *postgres.Store) error {
		a, err := s.Recount(c.Context())
		if err != nil {
			return err
		}
		if asJSON {
			err = json.NewEncoder(c.OutOrStdout()).Encode(a)
		} else {
			err = printAudit(c.OutOrStdout(), a)
		}
		if err == nil && !a.Sound() {
			return process.ErrUnsound
		}
		return err
	})
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func printAudit(out io.Writer, a booking.Audit) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, row := range []struct {
		n     int64
		label string
	}{
		{a.Oversold, "places sold beyond those declared"},
		{a.Duplicates, "duplicate bookings of one person"},
		{a.Broken, "bookings with missing doses or wrong days"},
		{a.Early, "bookings before their opening"},
		{a.Astray, "places by which counters and rows differ"},
		{a.Overdue, "expired holds that were not given up in time"},
		{a.Displaced, "people whose place is no longer declared"},
		{a.Booked, "bookings"},
		{a.Held, "holds"},
		{a.Sold, fmt.Sprintf("places taken, of %d", a.Places)},
	} {
		fmt.Fprintf(w, "%d\t  %s\n", row.n, row.label)
	}
	return w.Flush()
}

func displacedCommand() *cobra.Command {
	var contacts bool
	c := storeCommand("displaced", "List the bookings whose place is no longer declared; somebody must call these people", func(c *cobra.Command, s *postgres.Store) error {
		found, err := s.Displaced(c.Context())
		if err != nil {
			return err
		}
		if !contacts {
			return printDisplaced(c.OutOrStdout(), found, nil)
		}
		return printDisplaced(c.OutOrStdout(), found, func(n number.Number) (booking.Contact, error) { return s.ContactOf(c.Context(), n) })
	})
	c.Flags().BoolVar(&contacts, "contacts", false, "also print phone numbers and e-mail addresses")
	return c
}

// printDisplaced prints contacts only if contactOf is not nil. It lists a booking even if its
// contact cannot be decrypted.
func printDisplaced(out io.Writer, found []booking.Displacement, contactOf func(number.Number) (booking.Contact, error)) error {
	if len(found) == 0 {
		_, err := fmt.Fprintln(out, "No booking is displaced.")
		return err
	}
	var wrong []error
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	columns := ""
	if contactOf != nil {
		columns = "\tPHONE\tE-MAIL"
	}
	fmt.Fprintf(w, "BOOKING\tDOSE\tHUB\tDAY\tAT (UTC)%s\n", columns)
	for _, d := range found {
		if contactOf != nil {
			contact, err := contactOf(d.Number)
			wrong = append(wrong, err)
			columns = "\t" + cmp.Or(contact.Phone, "-") + "\t" + cmp.Or(contact.Email, "-")
		}
		fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%s%s\n", d.Number, d.Dose, d.Hub, d.Day.Words(), d.StartsAt.Format(time.RFC3339), columns)
	}
	return errors.Join(append(wrong, w.Flush())...)
}

func keysCommand() *cobra.Command {
	return storeCommand("keys", "List the identifier keys in use, and which can be removed", func(c *cobra.Command, s *postgres.Store) error {
		keys, err := s.KeysInUse(c.Context())
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "KEY\tSINCE\tPEOPLE\tREMOVABLE")
		for _, k := range keys {
			removable := "no: people are known by it"
			if !k.Retired.IsZero() {
				removable = "yes, since " + k.Retired.UTC().Format(time.RFC3339)
			}
			fmt.Fprintf(w, "%s\t%s\t%d\t%s\n", k.Name, k.Since.UTC().Format(time.RFC3339), k.People, removable)
		}
		return w.Flush()
	})
}

func newKeyCommand() *cobra.Command {
	return &cobra.Command{
		Use: "new-key", Short: "Print a new identifier key: the content of its file", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			var random [32]byte
			if _, err := rand.Read(random[:]); err != nil {
				return fmt.Errorf("draw a key: %w", err)
			}
			fmt.Fprint(c.OutOrStdout(), keyring.Generate(random))
			return nil
		},
	}
}
