#!/usr/bin/env perl
# SPDX-License-Identifier: MIT
#
# A transfer over the API in Perl, with nothing but what comes with it.
#
#   transfer.pl SOCKET USER FROM TO AMOUNT CURRENCY < PASSWORD
#
# The transfer is sent twice with the same Idempotency-Key, and must happen once.

use strict;
use warnings;

use IO::Socket::UNIX;
use JSON::PP qw(decode_json encode_json);
use Time::HiRes qw(time);

die "usage: $0 SOCKET USER FROM TO AMOUNT CURRENCY < PASSWORD\n" unless @ARGV == 6;
my ($path, $user, $from, $to, $amount, $currency) = @ARGV;
chomp(my $password = <STDIN>);

my $socket = IO::Socket::UNIX->new(Peer => $path) or die "$path: $!\n";
my $token;

# One request on the open connection; status and JSON of the answer.
sub call {
    my ($method, $resource, $body, @headers) = @_;
    my $content = defined $body ? encode_json($body) : '';
    my @lines = ("$method $resource HTTP/1.1", 'Host: localhost', 'Content-Length: ' . length $content, @headers);
    push @lines, 'Content-Type: application/json' if length $content;
    push @lines, "Authorization: Bearer $token" if defined $token;
    $socket->print(join("\r\n", @lines, '', $content)) && $socket->flush or die "cannot send: $!\n";
    my ($status) = (readline($socket) // '') =~ m{^HTTP/1\.1 (\d{3}) } or die "no answer\n";
    my $length = 0;
    while (defined(my $line = readline $socket)) {
        last if $line =~ /^\r?\n$/;
        $length = $1 if $line =~ /^content-length:\s*(\d+)/i;
    }
    read($socket, my $answer, $length) == $length or die "the answer is cut off\n" if $length;
    return ($status, $length ? decode_json($answer) : undef);
}

sub expect {
    my ($wanted, @call) = @_;
    my ($status, $answer) = call(@call);
    die "$call[0] $call[1]: $status instead of $wanted: " . encode_json($answer // {}) . "\n" if $status != $wanted;
    return $answer;
}

$token = expect(201, 'POST', '/v1/sessions', { user => $user, password => $password })->{token};
my $before = expect(200, 'GET', "/v1/accounts/$from")->{balance};

my %transfer = (debtor_account => $from, creditor_account => $to, amount => $amount, currency => $currency);
my $key = sprintf 'Idempotency-Key: perl-%d-%.6f', $$, time;
my $first = expect(201, 'POST', '/v1/transfers', \%transfer, $key);
my $again = expect(200, 'POST', '/v1/transfers', \%transfer, $key);
die "a retry was another transfer\n" if $again->{id} ne $first->{id} or $again->{sequence} ne $first->{sequence};

my $after = expect(200, 'GET', "/v1/accounts/$from")->{balance};
my ($was, $is, $moved) = map { (my $minor = $_) =~ tr/.//d; $minor } $before, $after, $first->{amount};
die "the balance went from $before to $after\n" if $was - $moved != $is;

my ($status, $problem) = call('POST', '/v1/transfers', { %transfer, amount => '1e3' });
die "an amount with an exponent was taken\n" if $status != 400 or $problem->{type} ne '/problems/amount_exponent';
call('DELETE', '/v1/sessions/current');
print "$first->{amount} $currency moved once, entry $first->{sequence}: $before is now $after\n";
