using EmptyNumber.ServiceDefaults.Data;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace EmptyNumber.AudioClassifier.Infrastructure.Migrations;

[DbContext(typeof(ClassifierDb))]
[Migration("20261121000000_Initial")]
internal sealed class Initial : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(ServiceDb.CreateOutbox);
        migrationBuilder.Sql("""
            create table announcements (
                id text not null,
                state integer not null,
                embedded_state integer,
                caller_side boolean not null,
                language text not null,
                carrier text not null,
                text text not null,
                audio bytea not null,
                constraint pk_announcements primary key (id)
            );
            """);
    }
}
