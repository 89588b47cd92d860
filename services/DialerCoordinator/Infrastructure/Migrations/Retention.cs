using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace EmptyNumber.DialerCoordinator.Infrastructure.Migrations;

/// <summary>Rows know how long nobody has needed them; those that stand already are as old as this migration.</summary>
[DbContext(typeof(CoordinatorDb))]
[Migration("20261121123000_Retention")]
internal sealed class Retention : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        alter table dial_jobs add column resolved_at timestamp with time zone;
        update dial_jobs set resolved_at = now() where state = 4;
        create index ix_dial_jobs_resolved_at on dial_jobs (resolved_at) where state = 4;
        alter table tasks add column touched_at timestamp with time zone;
        update tasks set touched_at = now();
        alter table tasks alter column touched_at set not null;
        create index ix_tasks_touched_at on tasks (touched_at);
        """);
}
