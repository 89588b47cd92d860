using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace EmptyNumber.Listings.Infrastructure.Migrations;

/// <summary>The version of the houses moves on with all that a house shows.</summary>
[DbContext(typeof(ListingsDb)), Migration("20261121160000_HousesAsShown")]
internal sealed class HousesAsShown : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        drop trigger houses_changed on houses;
        create trigger houses_changed after insert or delete or update on houses
            for each statement execute function note_house_change();
        create trigger house_tags_changed after insert or delete or update on house_tags
            for each statement execute function note_house_change();

        -- What a house refers to can be changed, but not be deleted.
        create trigger house_types_changed after update of name on house_types for each statement execute function note_house_change();
        create trigger districts_changed after update of name on districts for each statement execute function note_house_change();
        create trigger estates_changed after update of name, hot on estates for each statement execute function note_house_change();
        create trigger agents_changed after update of name, tel, servstar on agents for each statement execute function note_house_change();
        create trigger tags_changed after update of content on tags for each statement execute function note_house_change();
        """);
}
