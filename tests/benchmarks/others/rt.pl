# Asks Business::Hours what RT asks it (lib/RT/SLA.pm): a new object each time, add_seconds for business minutes.
# Lines in: hours NAME DAY START END [START END ...breaks], holidays NAME DATE..., then real, add and between.
# Lines out: one answer each, in seconds since the epoch or seconds; last the seconds all adds took.
use strict;
use warnings;
use Business::Hours;
use Time::HiRes qw(time);

my (%hours, %holidays, @asked);
while (my $line = <STDIN>) {
    chomp $line;
    my ($verb, $name, @rest) = split /\t/, $line;
    if ($verb eq 'hours') {
        my ($day, $start, $end, @breaks) = @rest;
        $hours{$name}{$day} = { Name => $day, Start => $start, End => $end };
        while (my ($from, $to) = splice @breaks, 0, 2) {
            push @{ $hours{$name}{$day}{Breaks} }, { Start => $from, End => $to };
        }
    } elsif ($verb eq 'holidays') {
        $holidays{$name} = [@rest];
    } else {
        push @asked, [$verb, $name, @rest];
    }
}

sub calendar {
    my $name = shift;
    my %week = map { $_ => $hours{$name}{$_} || { Name => $_, Start => undef, End => undef } } 0 .. 6;
    my $found = Business::Hours->new;
    $found->business_hours(%week, holidays => $holidays{$name});
    return $found;
}

my $took = 0;
for my $one (@asked) {
    my ($verb, $name, $start, $other) = @$one;
    my $began = time;
    my $answer
        = $verb eq 'real' ? $start + $other
        : $verb eq 'add'  ? calendar($name)->add_seconds($start, $other)
        :                   calendar($name)->between($start, $other);
    $took += time - $began if $verb ne 'between';
    print "$answer\n";
}
print "$took\n";
