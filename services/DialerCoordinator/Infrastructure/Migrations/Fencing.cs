using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace EmptyNumber.DialerCoordinator.Infrastructure.Migrations;

/// <summary>A job says under which lease it was assigned.</summary>
[DbContext(typeof(CoordinatorDb))]
[Migration("20261121121000_Fencing")]
internal sealed class Fencing : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        alter table dial_jobs add column lease_token bigint;
        update dial_jobs set lease_token = 0 where state in (1, 2);

        -- Each job passes through the front of the queue and leaves a dead entry there: clean up early, and without pauses.
        alter table dial_jobs set (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 2000,
            autovacuum_vacuum_insert_scale_factor = 0.1, autovacuum_analyze_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);
        """);
}
