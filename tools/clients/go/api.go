// SPDX-License-Identifier: MIT

package qenex

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"path"
)

// Problem is what the daemon refused, and why (RFC 9457).
type Problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	At     string `json:"at"`
}

// Kind is a stable name, such as exceeds_available_balance.
func (p Problem) Kind() string { return path.Base(p.Type) }

func (p Problem) Error() string { return p.Kind() + ": " + p.Detail }

// API is one user at the daemon. It may be shared by goroutines after the login.
type API struct {
	client http.Client
	token  string
}

// NewAPI is the daemon at the path of a Unix socket.
func NewAPI(socket string) *API {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", socket)
	}
	return &API{client: http.Client{Transport: &http.Transport{DialContext: dial}}}
}

// NewKey makes an idempotency key. Give the same key again if you do not know what became of a request.
func NewKey() string { return rand.Text() }

// LogIn logs a user in; afterwards every call is theirs.
func (a *API) LogIn(ctx context.Context, user, password string) error {
	var session struct {
		Token string `json:"token"`
	}
	body := map[string]string{"user": user, "password": password}
	err := a.Call(ctx, http.MethodPost, "/v1/sessions", body, "", &session)
	a.token = session.Token
	return err
}

// Call sends a request and puts the answer into what answer points to. A refusal is a [Problem]. With a key, a change is
// made once however often it is sent.
func (a *API) Call(ctx context.Context, method, path string, body any, key string, answer any) error {
	var sent io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		sent = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, "http://qenex"+path, sent)
	if err != nil {
		return err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if key != "" {
		request.Header.Set("Idempotency-Key", key)
	}
	if a.token != "" {
		request.Header.Set("Authorization", "Bearer "+a.token)
	}
	response, err := a.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode >= 400 {
		problem := Problem{Status: response.StatusCode, Detail: string(text)}
		_ = json.Unmarshal(text, &problem) // what is no JSON stays the detail
		return problem
	}
	if answer == nil || len(text) == 0 {
		return nil
	}
	if err := json.Unmarshal(text, answer); err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	return nil
}
