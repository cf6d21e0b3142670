import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsNotEmpty, IsObject, IsOptional, IsString, MaxLength } from 'class-validator';

const sources = ['local_upload', 'http', 'frontapp', 'inline', 'json_record'] as const;

/** Body of `POST /v1/documents` as JSON. */
export class SubmitDocument {
  @ApiPropertyOptional({ default: 'default', description: 'Tenant; matches [a-z0-9][a-z0-9-]{0,62}' })
  @IsOptional()
  @IsString()
  namespace?: string;

  @ApiPropertyOptional({ description: 'What you call the document; the location, or a new UUID, if left out' })
  @IsOptional()
  @IsString()
  documentId?: string;

  @ApiProperty({ enum: sources })
  @IsIn(sources)
  source!: string;

  @ApiPropertyOptional({ description: 'Path (under the allowed roots) or URL' })
  @IsOptional()
  @IsString()
  @MaxLength(4096)
  location?: string;

  @ApiPropertyOptional({ description: 'Text of an inline document, at most 256 KiB' })
  @IsOptional()
  @IsString()
  content?: string;

  @ApiPropertyOptional({ description: 'A hint; the media type is sniffed all the same' })
  @IsOptional()
  @IsString()
  @MaxLength(255)
  mediaType?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(1024)
  title?: string;

  @ApiPropertyOptional({ type: 'object', additionalProperties: { type: 'string' } })
  @IsOptional()
  @IsObject()
  metadata?: Record<string, string>;

  @ApiPropertyOptional({ default: false, description: 'Ingest it even if the live version has the same content' })
  @IsOptional()
  @IsBoolean()
  force?: boolean;
}

/** Fields of a multipart upload, beside its file. */
export class UploadFields {
  @IsOptional()
  @IsString()
  namespace?: string;

  @IsOptional()
  @IsString()
  documentId?: string;

  @IsOptional()
  @IsString()
  @MaxLength(255)
  mediaType?: string;

  @IsOptional()
  @IsString()
  @MaxLength(1024)
  title?: string;

  /** A JSON object of strings. */
  @IsOptional()
  @IsString()
  metadata?: string;

  @IsOptional()
  @IsIn(['true', 'false'])
  force?: string;
}

/** Body of `POST /v1/records`. */
export class SubmitRecord {
  @ApiPropertyOptional({ default: 'default' })
  @IsOptional()
  @IsString()
  namespace?: string;

  @ApiProperty({ description: 'What you call the record' })
  @IsString()
  @IsNotEmpty()
  documentId!: string;

  @ApiProperty({ type: 'object', additionalProperties: true })
  @IsObject()
  record!: Record<string, unknown>;

  @ApiPropertyOptional({ description: 'What kind of record it is; also known as `record_type` in the metadata' })
  @IsOptional()
  @IsString()
  @MaxLength(63)
  type?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(1024)
  title?: string;

  @ApiPropertyOptional({ type: 'object', additionalProperties: { type: 'string' } })
  @IsOptional()
  @IsObject()
  metadata?: Record<string, string>;

  @ApiPropertyOptional({ default: false, description: 'Ingest it even if the live version has the same content' })
  @IsOptional()
  @IsBoolean()
  force?: boolean;
}
