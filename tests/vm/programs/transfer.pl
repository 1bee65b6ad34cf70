# Opens two accounts, moves money and reads both balances, in Perl without any module.
use strict;
use warnings;

sub iowr { my ($number, $size) = @_; return 3 << 30 | $size << 16 | ord('Q') << 8 | $number }

open(my $device, '+<', '/dev/qenex_banking') or die "/dev/qenex_banking: $!\n";

sub open_account {
    my ($initial_balance, $currency) = @_;
    # id, initial_balance, overdraft_limit, currency, ... account_number at 72
    my $request = pack('x16 Q< Q< L< x92', $initial_balance, 0, $currency);
    ioctl($device, iowr(1, 128), $request) or die "QENEX_CREATE_ACCOUNT: $!\n";
    return unpack('x72 Q<', $request);
}

sub transfer {
    my ($from, $to, $amount, $currency) = @_;
    # id, from_account, to_account, amount, currency, ... sequence at 96
    my $request = pack('x16 Q< Q< Q< L< x84', $from, $to, $amount, $currency);
    ioctl($device, iowr(3, 128), $request) or die "QENEX_TRANSFER: $!\n";
    return unpack('x96 Q<', $request);
}

sub balances {
    my @numbers  = @_;
    my $numbers  = pack('Q<*', @numbers);
    my $accounts = "\0" x (128 * @numbers);
    # The addresses of both buffers, then how many.
    my $request = pack('P P L< x44', $numbers, $accounts, scalar @numbers);
    ioctl($device, iowr(2, 64), $request) or die "QENEX_GET_ACCOUNTS: $!\n";
    return map { unpack('q<', substr($accounts, 128 * $_ + 8, 8)) } 0 .. $#numbers;
}

my $first    = open_account(100_000, 840);
my $second   = open_account(0, 840);
my $sequence = transfer($first, $second, 5_000, 840);
my @balances = balances($first, $second);
print "@balances\n";
exit($sequence && "@balances" eq '95000 5000' ? 0 : 1);
