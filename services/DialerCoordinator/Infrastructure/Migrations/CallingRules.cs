using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace EmptyNumber.DialerCoordinator.Infrastructure.Migrations;

/// <summary>What calling rules, fencing tokens and the measurement of the queue need to know.</summary>
[DbContext(typeof(CoordinatorDb))]
[Migration("20261121120000_CallingRules")]
internal sealed class CallingRules : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        create table do_not_call (
            number text not null,
            reason text not null,
            added_at timestamp with time zone not null,
            constraint pk_do_not_call primary key (number)
        );
        alter table extensions add column lease_token bigint not null default 0;

        -- Jobs that stand already are of normal priority, and as old as their last pause says.
        alter table dial_jobs
            add column priority integer not null default 1,
            add column queued_at timestamp with time zone,
            add column held_reason text;
        update dial_jobs set queued_at = due_at;
        alter table dial_jobs
            alter column priority drop default,
            alter column queued_at set not null;
        """);
}
