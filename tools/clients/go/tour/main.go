// SPDX-License-Identifier: MIT

// What the other clients do, too: money is moved once, however often it is sent, and refusals say why.
//
//	tour device              by the device, as root or a ledger operator
//	tour api USER PASSWORD   by the daemon at QENEX_SOCKET or /run/qenex/api.sock, as an operator
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"

	"qenex"
)

const usd = 840

func main() {
	log.SetFlags(0)
	socket := os.Getenv("QENEX_SOCKET")
	if socket == "" {
		socket = "/run/qenex/api.sock"
	}
	var err error
	switch {
	case len(os.Args) == 2 && os.Args[1] == "device":
		err = byDevice()
	case len(os.Args) == 4 && os.Args[1] == "api":
		err = byAPI(context.Background(), socket, os.Args[2], os.Args[3])
	default:
		log.Fatal("usage: tour device | tour api USER PASSWORD")
	}
	if err != nil {
		log.Fatal(err)
	}
}

func byDevice() error {
	ledger, err := qenex.Open(qenex.DevicePath)
	if err != nil {
		return err
	}
	defer ledger.Close()
	payer, err := ledger.OpenAccount(qenex.AccountRequest{InitialBalance: 1000_00, Currency: usd})
	if err != nil {
		return err
	}
	payee, err := ledger.OpenAccount(qenex.AccountRequest{Currency: usd})
	if err != nil {
		return err
	}

	// An id makes it safe to send this again.
	rent := qenex.TransferRequest{
		Id: qenex.NewID(), FromAccount: payer.AccountNumber, ToAccount: payee.AccountNumber, Amount: 50_00, Currency: usd,
	}
	first, err := ledger.Transfer(rent)
	if err != nil {
		return err
	}
	fmt.Println("moved 50.00")
	again, err := ledger.Transfer(rent)
	if err != nil {
		return err
	}
	if again.Result == uint32(qenex.ResultExists) && again.Sequence == first.Sequence {
		fmt.Println("sent again: the same posting")
	}

	much := rent
	much.Id, much.Amount = qenex.NewID(), 5000_00
	var refused qenex.Refused
	if _, err = ledger.Transfer(much); !errors.As(err, &refused) {
		return fmt.Errorf("not refused: %w", err)
	}
	fmt.Println("refused:", refused.Result)

	// Both or none: the second is too much.
	item := qenex.Transfer{FromAccount: payer.AccountNumber, ToAccount: payee.AccountNumber, Currency: usd}
	one, other := item, item
	one.Amount, one.Flags, other.Amount = 10_00, qenex.TransferLinked, 5000_00
	results, err := ledger.Batch([]qenex.Transfer{one, other})
	if err != nil {
		return err
	}
	fmt.Println("a chain:", qenex.Result(results[0].Result), qenex.Result(results[1].Result))

	accounts, err := ledger.Accounts(payer.AccountNumber, payee.AccountNumber)
	if err != nil {
		return err
	}
	fmt.Printf("balances: %.2f %.2f\n", float64(accounts[0].Balance)/100, float64(accounts[1].Balance)/100)
	return nil
}

type account struct {
	Number  string `json:"number"`
	Balance string `json:"balance"`
}

type posting struct {
	ID     string `json:"id"`
	Amount string `json:"amount"`
}

type item struct {
	Kind            string `json:"kind,omitempty"`
	DebtorAccount   string `json:"debtor_account"`
	CreditorAccount string `json:"creditor_account"`
	Amount          string `json:"amount"`
	Currency        string `json:"currency"`
	Linked          bool   `json:"linked,omitempty"`
}

func byAPI(ctx context.Context, socket, user, password string) error {
	api := qenex.NewAPI(socket)
	if err := api.LogIn(ctx, user, password); err != nil {
		return err
	}
	post := func(path string, body any, key string, answer any) error {
		return api.Call(ctx, http.MethodPost, path, body, key, answer)
	}
	var payer, payee account
	opened := map[string]string{"currency": "USD", "opening_balance": "1000.00"}
	if err := post("/v1/accounts", opened, qenex.NewKey(), &payer); err != nil {
		return err
	}
	if err := post("/v1/accounts", map[string]string{"currency": "USD"}, qenex.NewKey(), &payee); err != nil {
		return err
	}

	rent := item{DebtorAccount: payer.Number, CreditorAccount: payee.Number, Amount: "50.00", Currency: "USD"}
	key := qenex.NewKey()
	var first, again posting
	if err := post("/v1/transfers", rent, key, &first); err != nil {
		return err
	}
	fmt.Println("moved", first.Amount)
	if err := post("/v1/transfers", rent, key, &again); err != nil {
		return err
	}
	if again.ID == first.ID {
		fmt.Println("sent again: the same posting")
	}

	much := rent
	much.Amount = "5000.00"
	var problem qenex.Problem
	if err := post("/v1/transfers", much, qenex.NewKey(), nil); !errors.As(err, &problem) {
		return fmt.Errorf("not refused: %w", err)
	}
	fmt.Println("refused:", problem.Kind())

	// Both or none: the second is too much.
	one, other := rent, rent
	one.Kind, one.Amount, one.Linked = "transfer", "10.00", true
	other.Kind, other.Amount = "transfer", "5000.00"
	var batch struct {
		Items []struct {
			Result string `json:"result"`
		} `json:"items"`
	}
	if err := post("/v1/batches", map[string]any{"items": []item{one, other}}, qenex.NewKey(), &batch); err != nil {
		return err
	}
	fmt.Println("a chain:", batch.Items[0].Result, batch.Items[1].Result)

	for _, account := range []*account{&payer, &payee} {
		if err := api.Call(ctx, http.MethodGet, "/v1/accounts/"+account.Number, nil, "", account); err != nil {
			return err
		}
	}
	fmt.Println("balances:", payer.Balance, payee.Balance)
	return nil
}
