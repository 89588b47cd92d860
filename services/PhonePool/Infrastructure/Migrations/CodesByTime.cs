using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace EmptyNumber.PhonePool.Infrastructure.Migrations;

/// <summary>With the recipient alone, the planner reads all codes that have not expired besides.</summary>
[DbContext(typeof(PhonePoolDb)), Migration("20261121120000_CodesByTime")]
internal sealed class CodesByTime : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        drop index ix_codes_recipient;
        create index ix_codes_recipient_expires_at on codes (recipient, expires_at) where not delivered;
        """);
}
