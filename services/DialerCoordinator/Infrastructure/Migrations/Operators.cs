using EmptyNumber.ServiceDefaults.Protection;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace EmptyNumber.DialerCoordinator.Infrastructure.Migrations;

/// <summary>The keys of what is encrypted at rest, and the indexes of the operators' lists.</summary>
[DbContext(typeof(CoordinatorDb))]
[Migration("20261121130000_Operators")]
internal sealed class Operators : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(KeyRingTable.Create);
        migrationBuilder.Sql("""
            create index ix_calls_extension_started_at on calls (extension, started_at);
            create index ix_calls_started_at_id on calls (started_at, id);
            create index ix_calls_client_id on calls (client_id text_pattern_ops);
            create index ix_dial_jobs_priority_queued_at on dial_jobs (priority, queued_at) where state = 0;
            create index ix_dial_jobs_held_reason on dial_jobs (held_reason) where state = 5;
            """);
    }
}
